// One machine of a database: a limited number of connections in front of cores that serve queries.
//
// A query waits for a connection, holds it while the cores work on it, and fails when no connection
// came free in time (HikariCP's connectionTimeout, 30 s by default). With the connections held by
// queries that wait for cores, more callers only wait longer: the pool is the limit that adding
// application servers does not move.
//
//     Connect  or else InLine, until a connection is free
//         [OpenWrite]  Query  what follows
//
// where a Query is [Injected]  [ReadPages]  Work.
//
// Whatever follows is done with the connection held: the answer, a commit that others must hear of.
// (Statements of a transaction have its connection, and are a Query only: transactions.h.)
// A crash fails those who wait in line, read or work; of the others, what follows decides.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "models/blocks/block_service.h"
#include "models/blocks/core_time.h"
#include "models/context.h"
#include "models/engines/engine_spec.h"
#include "models/engines/storage.h"
#include "models/engines/wal.h"
#include "models/failures/injection.h"
#include "models/instance_state.h"
#include "sim/cpu.h"
#include "sim/semaphore.h"

namespace models {

class Engine {
public:
    // What a query touches beyond what its kind says, where that differs from call to call.
    struct Touched {
        sim::Duration core_time;
        std::uint64_t pages;
    };
    class Touches {
    public:
        // The state of the block around the engine is on top.
        virtual Touched touched(Call& call) const = 0;

    protected:
        ~Touches() = default;
    };

    // What a node does with its engine.
    struct Plan {
        EndpointId unnamed = 0;  // the last endpoint that is no query by name
        Wal* wal = nullptr;      // where its writes are open while they have a connection
        const Touches* touches = nullptr;
        Block* around = &Return::block();  // has the answer
        Block* follows = nullptr;          // the work; without it the answer is success
    };
    Engine(const EngineSpec& spec, const Context& context, const Plan& plan);
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;
    ~Engine();

    // A connection, held by all that is inside; waited for in line.
    class Connect;
    // What is done with a connection: pages, and core time.
    class Query;

    // Where its blocks begin, and what those that follow go back to.
    Block* first();
    Block* inside() { return inside_; }

    // Of whoever has kept a connection.
    void disconnect() { connections_.give_back(); }

    // What a scraper reads of it over time.
    void sample(sim::Meter& meter);
    // What queries wait for, at one engine or at each of several. `all` is asked when it is needed.
    using All = std::function<std::vector<const Engine*>()>;
    static void add_resources(sim::Meter& meter, const EngineSpec& spec, const All& all);

    // A successful answer about an item, but for its version.
    Response answer_about(std::uint64_t key) const;

    bool is_up() const { return up_.is_up(); }
    std::uint32_t times_down() const { return up_.times_down(); }
    // True when this made the difference. Every query there fails at once.
    bool take_down();
    bool bring_up() { return up_.bring_up(); }
    // Of its cores, while nothing slows them down.
    void set_speed(double speed) { cpu_.set_speed(slow_.set_base(speed)); }
    void slow_down(double factor) { cpu_.set_speed(slow_.slow_down(factor)); }
    void speed_up(double factor) { cpu_.set_speed(slow_.speed_up(factor)); }
    // Null unless some failure needs it.
    Injection* injection() { return injection_ ? &*injection_ : nullptr; }
    sim::Duration backlog() const { return cpu_.backlog(); }
    // Its cores, for what is no query: applying a log, say.
    sim::Cpu& cpu() { return cpu_; }

    void begin_measuring();
    // Since then.
    double utilisation() const;
    double connections_in_use();
    double connections_peak() { return static_cast<double>(connections_.usage().peak()); }
    std::size_t waiting_peak() const { return waiting_peak_; }
    // What only some have to tell.
    void finish(sim::NodeRecord& record) const;

private:
    class InLine final : public Keeps<InLine> {
    public:
        struct State {
            State(sim::Time now, sim::Semaphore& connections, sim::Duration timeout)
                : began(now), taking(connections, now + timeout, sim::Priority::normal) {}
            sim::Time began;
            sim::Semaphore::TakingUntil taking;
        };
        InLine(Engine& engine, Connect& connect) : engine_(engine), connect_(connect) {}
        Go enter(Call& call) override;
        Go woken(Call& call) override;
        const void* dies_with(Call&, std::uint32_t) const override { return &engine_; }

    private:
        Engine& engine_;
        Connect& connect_;
    };

    class OpenWrite final : public Block {
    public:
        explicit OpenWrite(Wal& wal) : wal_(wal) {}
        Go enter(Call& call) override;
        Go answered(Call& call) override;
        void abandoned(Call& call) override;

    private:
        Wal& wal_;
    };

    // One page after the other, each with a turn and a place at the device: a story.
    class ReadPages final : public Await {
    public:
        explicit ReadPages(Engine& engine) : engine_(engine) {}
        Reply story(Call& call) override;
        Go told(Call&, const Response&) override { return on(); }
        const void* dies_with(Call&, std::uint32_t) const override { return &engine_; }

    private:
        Engine& engine_;
    };

    class Work final : public CoreTime {
    public:
        explicit Work(Engine& engine) : CoreTime(engine.context_), engine_(engine) {}
        Go enter(Call& call) override;
        const void* dies_with(Call&, std::uint32_t) const override { return &engine_; }

    private:
        Engine& engine_;
    };

    struct Kind {
        std::uint64_t stream;
        sim::Distribution seconds;
    };

    const Kind& kind_of(const Request& request) const;
    sim::Duration more_rows(const Request& request, sim::Duration first) const;
    double measured() const;

    EngineSpec spec_;
    Context context_;
    Plan plan_;
    sim::Cpu cpu_;
    sim::Semaphore connections_;
    std::optional<Storage> storage_;
    std::vector<Kind> kinds_;
    UpState up_;
    SpeedState slow_;
    std::size_t waiting_peak_ = 0;
    sim::Duration busy_before_{};

    std::optional<Injection> injection_;
    std::unique_ptr<Connect> connect_;
    std::optional<OpenWrite> open_;
    std::unique_ptr<Query> query_;
    Block* inside_;
};

class Engine::Connect : public Block {
public:
    explicit Connect(Engine& engine) : engine_(engine), line_(engine, *this) {}
    void place(Block* outer, Block* next) {
        link(outer, next);
        line_.link(outer, this);
    }

    Go enter(Call& call) override;
    Go answered(Call& call) override;
    void abandoned(Call& call) override;

    // There is one for it.
    Go connected(Call& call);

private:
    Engine& engine_;
    InLine line_;
};

class Engine::Query {
public:
    explicit Query(Engine& engine) : work_(engine) {
        if (engine.storage_) pages_.emplace(engine);
        if (Injection* const injection = engine.injection()) {
            injected_.emplace(engine.context_.scheduler(), *injection, &engine);
        }
    }
    void place(Block* outer, Block* next) {
        work_.link(outer, next);
        first_ = &work_;
        if (pages_) lead(*pages_, outer);
        if (injected_) lead(*injected_, outer);
    }
    Block* first() { return first_; }

private:
    void lead(Block& step, Block* outer) {
        step.link(outer, first_);
        first_ = &step;
    }

    std::optional<InjectedHere> injected_;
    std::optional<ReadPages> pages_;
    Work work_;
    Block* first_ = nullptr;
};

inline Block* Engine::first() {
    return connect_.get();
}

}  // namespace models
