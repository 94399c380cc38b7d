// A request at the machine of a quorum store that coordinates it.
//
//     [Door]  Measure  Coordinate
//
// Coordinate is a story: it asks the machines that have the item, and goes on when enough have
// answered. It ends when the machine crashes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "models/blocks/await.h"
#include "models/blocks/measure.h"
#include "models/network/hop.h"
#include "models/quorum/gathering.h"

namespace models {

class Quorum;
class QuorumMember;

class Coordination {
public:
    Coordination(Quorum& store, QuorumMember& member);

    Go enter() { return door_ ? Go{&*door_, Way::enter} : visit_.enter(); }

private:
    // The links between where the request was sent and where the machine stands.
    class Door final : public Hop {
    public:
        Door(const Context& context, const QuorumMember& member)
            : Hop(context, nullptr), member_(member) {}

    private:
        std::optional<Ends> ends_of(Call& call) const override;
        const QuorumMember& member_;
    };

    class Coordinate final : public Await {
    public:
        Coordinate(Coordination& of, const void* member) : of_(of), member_(member) {}
        Reply story(Call& call) override { return of_.coordinate(call.request); }
        const void* dies_with(Call&, std::uint32_t) const override { return member_; }

    private:
        Coordination& of_;
        const void* member_;
    };

    using Asked = Gathering::Asked;
    using Answers = std::shared_ptr<Gathering>;

    Reply coordinate(Request request);
    Reply write(Request request);
    Reply read(Request request);
    Response too_few();
    // Who can be asked, and the owners of copies for whom nobody stands in.
    struct Targets {
        std::vector<Asked> asked;
        std::vector<std::uint32_t> missed;
    };
    Targets targets_for(std::uint64_t key);
    void choose(std::vector<Asked>& targets, std::size_t needed, std::uint64_t identity) const;
    bool asks_all(const Request& request) const;

    sim::Task<void> keep_for_others(Answers answers, std::uint64_t key, Cell cell, sim::Time until);
    // Of the answers from that one on, until then.
    struct Repairs {
        std::size_t first;
        sim::Time until;
    };
    sim::Task<void> repair_later(Answers answers, Request request, Repairs repairs);
    Answers repair(const Gathering& answers, const Request& request, Repairs repairs);

    Quorum& store_;
    QuorumMember& member_;
    std::optional<Door> door_;
    MeasuredVisit visit_;
    Coordinate coordinate_;
};

}  // namespace models
