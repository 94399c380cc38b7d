// The way of a query that is sent to one copy of a replicated database.
//
//     [Door]  Measure  Serving  [CatchUp]
//         in a frame of its own, as it may be another copy's: its Engine, and in it Answering
#pragma once

#include <optional>

#include "models/blocks/await.h"
#include "models/blocks/measure.h"
#include "models/network/hop.h"

namespace models {

class Copy;
class Replicated;

class CopyProgram {
public:
    CopyProgram(Replicated& database, Copy& copy);

    // In the copy's engine, which leads to `answering`.
    void link(Block* inside_engine);
    Block* answering() { return &answering_; }
    Go enter() { return door_ ? Go{&*door_, Way::enter} : visit_.enter(); }

private:
    // The links between where the query was sent and where the copy stands.
    class Door final : public Hop {
    public:
        Door(const Context& context, const Copy& copy) : Hop(context, nullptr), copy_(copy) {}

    private:
        std::optional<Ends> ends_of(Call& call) const override;
        const Copy& copy_;
    };

    // What was acknowledged when it came decides whether an answer is stale.
    class Serving final : public Keeps<Serving> {
    public:
        struct State {
            sim::Time arrived;
            std::uint64_t due;
            std::uint64_t own;
            bool by_primary;
        };
        Serving(Replicated& database, Copy& copy);
        Go enter(Call& call) override;
        Go answered(Call& call) override;

        // Which copy it is, to its span.
        void says_who(const Call& call, const Copy& copy) const;
        Go query(Call& call, Copy& copy);

    private:
        bool is_refused(const Call& call) const;
        void judge(Call& call);

        Replicated& database_;
        Copy& copy_;
        bool awaits_own_writes_;
    };

    // A read waits for the copy to have what its user wrote, for so long at most: a story.
    class CatchUp final : public Await {
    public:
        CatchUp(Replicated& database, Copy& copy, Serving& serving)
            : database_(database), copy_(copy), serving_(serving) {}
        Reply story(Call& call) override;
        Go told(Call& call, const Response& response) override;

    private:
        Replicated& database_;
        Copy& copy_;
        Serving& serving_;
    };

    // A read has what the copy has. A write is in the log; where others must have it, too, it is
    // acknowledged in a story.
    class Answering final : public Await {
    public:
        Answering(Replicated& database, Copy& copy) : database_(database), copy_(copy) {}
        Go enter(Call& call) override;
        Reply story(Call& call) override;

    private:
        Replicated& database_;
        Copy& copy_;
    };

    std::optional<Door> door_;
    MeasuredVisit visit_;
    Serving serving_;
    CatchUp catch_up_;
    Answering answering_;
};

}  // namespace models
