// What name servers know of a name: its records, who of these is healthy, and which is the answer.
#pragma once

#include <cstdint>
#include <functional>
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
    // By what the server of that number knows. None: no record is to be answered.
    struct Answer {
        std::optional<Record> record;
        std::uint32_t version;  // of the records
    };
    Answer answer(const Asker& asker, std::uint32_t server);
    // What the one of that number had been told before the run.
    std::optional<Record> answer_at_start(const Asker& asker);

    void change(std::vector<double> weights);
    void set_healthy(Record record, bool healthy);
    // How often the answers have changed.
    std::uint32_t version() const { return now_.version; }

    // From now on that is called after each change.
    void when_changed(std::function<void()> told) { told_ = std::move(told); }

    // A secondary has transferred the zone; since when it has had it.
    void transfer(std::uint32_t server);
    sim::Time transferred(std::uint32_t server) const { return copies_[server - 1].at; }

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
        std::uint32_t version = 0;
        sim::Time at{};  // of a copy: when it was made
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
    std::function<void()> told_;
    std::vector<State> copies_;  // of the secondaries
    std::uint64_t turn_ = 0;
};

}  // namespace models
