// Processes that were started together, as by mpirun, and speak with each other.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace tools {

class Ranks {
public:
    struct Message {
        int from = 0;
        std::string text;
    };

    virtual ~Ranks() = default;
    virtual int rank() const = 0;  // 0 leads
    virtual int size() const = 0;
    // Both from one thread at a time.
    virtual void send(int to, const std::string& text) = 0;
    virtual std::optional<Message> receive() = 0;  // none, where none is there
    // When some are gone there is nobody to end with: all that is left is ended after this process.
    virtual void ends_without_some() = 0;
};

// Those that this process is one of, by the module that was built where MPI was there (tools/mpi).
// Null when it was started alone; null with a problem when it was not, and there is no module.
std::unique_ptr<Ranks> ranks_here(std::string& problem);

}  // namespace tools
