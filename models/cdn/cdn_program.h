// The way of a request at one location of a CDN.
//
//     [Wire]  Measure  [Injected]  Judging  Turn  Serving  and after a miss Fetching
//
// and at the purge API, which stands with what is above the locations:
//
//     [Wire]  Measure  Purging
//
// The way from a location to the origin, around the CDN's edge to it, with the size of the object:
//
//     [Wire]  Sizing  edge
#pragma once

#include <optional>

#include "models/blocks/await.h"
#include "models/blocks/core_time.h"
#include "models/blocks/measure.h"
#include "models/calls/edge.h"
#include "models/cdn/cdn_objects.h"
#include "models/failures/injection.h"
#include "models/network/hop.h"

namespace models {

class Cdn;
class CdnLocation;

// From wherever the sender stands to one place.
class CdnWire final : public Hop {
public:
    CdnWire(const Context& context, PlaceId to, sim::Meter* spent) : Hop(context, spent), to_(to) {}

private:
    std::optional<Ends> ends_of(Call& call) const override {
        return between(call.request.place, to_);
    }

    PlaceId to_;
};

class CdnProgram {
public:
    CdnProgram(Cdn& cdn, CdnLocation& location);
    Go enter() { return door_ ? Go{&*door_, Way::enter} : visit_.enter(); }

private:
    // What was acknowledged when it came decides whether an answer is stale. Latencies of hits and
    // of misses apart, from when it came to the location.
    class Judging final : public Keeps<Judging> {
    public:
        struct State {
            sim::Time began;
            std::uint64_t due;
            bool has_missed;
        };
        Judging(Cdn& cdn, CdnLocation& location) : cdn_(cdn), location_(location) {}
        Go enter(Call& call) override;
        Go answered(Call& call) override;
        const void* dies_with(Call&, std::uint32_t) const override;
        // Its state is on top.
        static void note_miss(Call& call) { mine(call).has_missed = true; }

    private:
        static void answer_condition(Call& call);

        Cdn& cdn_;
        CdnLocation& location_;
    };

    // A core's time.
    class Turn final : public CoreTime {
    public:
        Turn(Cdn& cdn, CdnLocation& location);
        Go enter(Call& call) override;

    private:
        Cdn& cdn_;
        CdnLocation& location_;
    };

    class Serving final : public Block {
    public:
        explicit Serving(CdnProgram& program) : program_(program) {}
        Go enter(Call& call) override;

    private:
        bool find(const Request& request, Response& response);
        void revalidate(const Request& request, const CdnObjects::Wanted& wanted);

        CdnProgram& program_;
    };

    class Fetching final : public Await {
    public:
        Fetching(Cdn& cdn, CdnLocation& location) : cdn_(cdn), location_(location) {}
        Reply story(Call& call) override;

    private:
        Cdn& cdn_;
        CdnLocation& location_;
    };

    class Passing final : public Await {
    public:
        Passing(Cdn& cdn, CdnLocation& location) : cdn_(cdn), location_(location) {}
        Reply story(Call& call) override;

    private:
        Cdn& cdn_;
        CdnLocation& location_;
    };

    Cdn& cdn_;
    CdnLocation& location_;
    std::optional<CdnWire> door_;
    MeasuredVisit visit_;
    std::optional<InjectedHere> injected_;
    Judging judging_;
    Turn turn_;
    Serving serving_;
    Fetching fetching_;
    Passing passing_;
};

class CdnApi {
public:
    explicit CdnApi(Cdn& cdn);
    Go enter() { return door_ ? Go{&*door_, Way::enter} : visit_.enter(); }

private:
    class Purging final : public Block {
    public:
        explicit Purging(Cdn& cdn) : cdn_(cdn) {}
        Go enter(Call& call) override;

    private:
        Cdn& cdn_;
    };

    std::optional<CdnWire> door_;
    MeasuredVisit visit_;
    Purging purging_;
};

// A fetch: it goes to the origin's place by itself, with as many bytes on the way back as the
// object has, where the origin stands in one. From there on it is nowhere, so nobody carries it
// again.
class OriginWay final : public Service {
public:
    OriginWay(Cdn& cdn, Service& edge, PlaceId origin, bool is_shield);
    Go enter(Call& call) override;
    Reply call(Request request) override;

private:
    class Sizing final : public Keeps<Sizing> {
    public:
        struct State {
            std::uint64_t version;
            std::uint64_t operation;
            PlaceId place;
            EndpointId endpoint;
            std::uint32_t bytes;
            bool is_conditional;
            bool is_for_part;
        };
        // `is_there`: it has been carried to the origin. `is_shield`: that is a CDN.
        Sizing(Cdn& cdn, Service& edge, bool is_there, bool is_shield)
            : cdn_(cdn), edge_(edge), is_there_(is_there), is_shield_(is_shield) {}
        Go enter(Call& call) override;
        Go answered(Call& call) override;
        void abandoned(Call& call) override;
        void restore(Call& call) override;

    private:
        std::uint32_t size_of(const Response& response, const State& my) const;

        Cdn& cdn_;
        Service& edge_;
        bool is_there_;
        bool is_shield_;
    };

    World& world_;
    std::optional<CdnWire> wire_;
    Sizing sizing_;
};

}  // namespace models
