// Ranks by Boost.MPI: a module that the program loads when it was started by mpirun.
#include <boost/mpi/communicator.hpp>
#include <boost/mpi/environment.hpp>

#include <cstdio>
#include <exception>

#include "tools/ranks.h"

namespace {

namespace mpi = boost::mpi;

constexpr int kTag = 0;

class MpiRanks final : public tools::Ranks {
public:
    // An error is a broken connection to somebody who is gone, and no reason to end.
    MpiRanks()
        : environment_(std::make_unique<mpi::environment>(mpi::threading::serialized, false)) {
        MPI_Comm_set_errhandler(world_, MPI_ERRORS_RETURN);
    }
    ~MpiRanks() override {
        if (!are_some_gone_) return;
        // Nobody comes back from MPI_Finalize when one does not come there.
        std::fflush(nullptr);
        environment_.release();
        mpi::environment::abort(0);
    }
    MpiRanks(const MpiRanks&) = delete;
    MpiRanks& operator=(const MpiRanks&) = delete;

    int rank() const override { return world_.rank(); }
    int size() const override { return world_.size(); }

    void send(int to, const std::string& text) override {
        try {
            world_.send(to, kTag, text);
        } catch (const std::exception&) {
            // Who is gone will be missed.
        }
    }

    std::optional<Message> receive() override {
        try {
            const auto there = world_.iprobe(mpi::any_source, kTag);
            if (!there) return std::nullopt;
            Message message{there->source(), {}};
            world_.recv(there->source(), kTag, message.text);
            return message;
        } catch (const std::exception&) {
            return std::nullopt;
        }
    }

    void ends_without_some() override { are_some_gone_ = true; }

private:
    std::unique_ptr<mpi::environment> environment_;
    mpi::communicator world_;
    bool are_some_gone_ = false;
};

}  // namespace

extern "C" tools::Ranks* spate_ranks() {
    return new MpiRanks;
}
