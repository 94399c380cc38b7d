// Around each request of a client: writes down what it saw of the stores that it calls. It is in a
// client's program only where the scenario keeps a history of such a store.
#pragma once

#include <cstdint>
#include <vector>

#include "models/clients/attempt.h"
#include "models/context.h"
#include "models/histories/history.h"

namespace models {

class Witness final : public Opened<Witness> {
public:
    struct State {
        History* history;  // null: nobody listens
        std::size_t number;
    };

    explicit Witness(const Context& context)
        : scheduler_(context.scheduler()), sessions_(context.stream("sessions")) {}

    void open(Call& call, History* history);
    Go answered(Call& call) override;

private:
    sim::Scheduler& scheduler_;
    std::uint64_t sessions_;
};

}  // namespace models
