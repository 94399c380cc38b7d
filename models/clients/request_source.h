// A population at work: makes the requests its people send.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/arrivals/traces/trace_file.h"
#include "models/clients/calls.h"
#include "models/context.h"
#include "models/keys/population.h"
#include "sim/alias_table.h"

namespace models {

class RequestSource {
public:
    RequestSource(const Population& population, const ClientCalls& calls, const Context& context);

    // A request with what all of them have in common.
    const Request& blank() const { return blank_; }

    // What a request is among its client's own.
    struct Asked {
        std::uint32_t call = 0;     // index among the client's calls
        std::uint32_t answer = 0;   // bytes of the answer, where the service does not say
        std::uint16_t segment = 0;  // index among the client's
        std::uint16_t locale = 0;
    };
    // One that is drawn by the calls' weights.
    static constexpr std::uint32_t kAnyCall = ~std::uint32_t{0};
    // Writes into a blank what one person's request carries, but for its endpoint. `person` is
    // folded into the population.
    Asked ask(Request& request, std::uint64_t number, std::uint64_t person,
              const TracedRequest* as = nullptr, std::uint32_t call = kAnyCall) const {
        if (as != nullptr && trace_->has_user) [[unlikely]]
            person = as->user;
        const auto user = static_cast<std::uint32_t>(people_ == 0 ? person : person % people_);
        request.identity = identity_of(number);
        request.operation = std::max<std::uint64_t>(request.identity, 1);
        request.user = user;
        request.address = address_of(user);
        return varies_ ? vary(request, number, as, call) : all_;
    }
    std::uint64_t identity_of(std::uint64_t number) const {
        return sim::request_key(requests_, number);
    }

    // What requests carry comes from this trace, as far as it says.
    void follow(const Trace& trace);

    // Whom the request of this number comes from, when the client does not know.
    std::uint64_t anybody(std::uint64_t number) const;

private:
    // What is alike in all requests of one call. Most sizes are constants, for which nothing is
    // drawn.
    struct Kind {
        double writes;
        std::int32_t priority;
        sim::Distribution sizes;
        sim::Distribution answers;
        bool has_constant_sizes;
        std::uint32_t bytes;
        std::uint32_t answer;
    };
    static Kind kind_of(const ClientCall& call);

    // Scattered over the network, no two alike until it is full: multiplying by an odd number
    // permutes what fits into so many bits, and so does adding.
    std::uint32_t address_of(std::uint32_t person) const {
        constexpr std::uint32_t kScatter = 0x9e3779b1U;  // odd, near 2^32 / golden ratio
        const std::uint32_t household =
            people_per_address_ == 1 ? person : person / people_per_address_;
        return network_ | ((household * kScatter + first_host_) & hosts_);
    }

    Asked vary(Request& request, std::uint64_t number, const TracedRequest* as,
               std::uint32_t call) const;
    void overwrite(Request& request, Asked& asked, const TracedRequest& as) const;
    void stand_for(Request& request, Asked& asked) const;

    std::uint32_t people_;
    std::uint32_t network_;
    std::uint32_t hosts_;       // a mask
    std::uint32_t first_host_;  // whose address the first has
    std::uint32_t people_per_address_;
    std::unique_ptr<KeyLaw> keys_;
    std::vector<Segment> segments_;
    std::vector<Words::Number> segment_numbers_;
    std::vector<Words::Number> locale_numbers_;
    std::optional<sim::AliasTable> segment_table_;
    std::optional<sim::AliasTable> locale_table_;
    std::vector<std::string> titles_;  // of each call
    std::vector<Kind> kinds_;
    std::optional<sim::AliasTable> call_table_;
    const Trace* trace_ = nullptr;
    std::vector<std::uint32_t> traced_calls_;  // of the trace's endpoints
    std::uint64_t requests_;
    std::uint64_t details_;
    std::uint64_t persons_;
    Request blank_;
    Asked all_;            // of those that do not vary
    bool varies_ = false;  // beyond who sends it
};

}  // namespace models
