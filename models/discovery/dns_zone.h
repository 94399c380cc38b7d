// What name servers know of a name: its records, who of these is healthy, and which is the answer.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "models/context.h"
#include "models/discovery/dns_spec.h"
#include "models/place_id.h"

namespace models {

class DnsZone {
public:
    using Record = std::uint32_t;  // in the order of the specification

    DnsZone(const DnsSpec& spec, const Context& context);

    // Who looks up: from where, and what its chance is drawn by.
    struct Asker {
        std::uint64_t key;
        PlaceId place;
    };
    // None: no record is to be answered.
    std::optional<Record> answer(const Asker& asker);
    // What the one of that number had been told before the run.
    std::optional<Record> answer_at_start(const Asker& asker);

    void change(std::vector<double> weights);
    void set_healthy(Record record, bool healthy);
    // How often the answers have changed.
    std::uint32_t version() const { return version_; }

private:
    // That are answered to one place, and where their stretches of all weights end.
    struct Answers {
        std::vector<Record> records;
        std::vector<double> ends;
    };
    // What the answers follow from. Those for a place are found when it first asks.
    struct State {
        std::vector<double> weights;
        std::vector<bool> is_healthy;
        std::map<PlaceId, Answers> by_place{};
    };
    const Answers& answers_to(State& state, PlaceId place) const;
    Answers find_answers(const State& state, PlaceId place) const;
    std::vector<Record> servable(const State& state) const;
    std::vector<Record> named_for(const std::vector<Record>& records, PlaceId place) const;
    Record nearest_to(const std::vector<Record>& records, PlaceId place) const;
    Record drawn(const Answers& answers, std::uint64_t key) const;
    bool depends_on_place() const;
    void changed();

    const DnsSpec& spec_;
    Context context_;
    std::uint64_t stream_;
    State at_start_;
    State now_;
    std::uint32_t version_ = 0;
    std::uint64_t turn_ = 0;
};

}  // namespace models
