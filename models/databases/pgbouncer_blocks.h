// What a connection pooler does with a call, in blocks:
//
//     Linked       a connection to the database, or a place in the line for one
//     Statements   of the call, one after the other
//     Statement    the pooler's one thread, and the database
#pragma once

#include "models/blocks/core_time.h"
#include "models/calls/edge.h"
#include "models/databases/pgbouncer.h"

namespace models {

// When whoever stands in line has waited for long, one of the reserve is opened.
class Pgbouncer::Late final : sim::Event {
public:
    explicit Late(Pgbouncer& bouncer) : bouncer_(bouncer), timer_(bouncer.context_.scheduler()) {}
    void start() {
        if (bouncer_.spec_.reserve_pool_size == 0) return;
        timer_.start(bouncer_.spec_.reserve_pool_timeout, static_cast<sim::Event&>(*this));
    }

private:
    void fire() override {
        timer_.fired();
        if (bouncer_.pool_->open_reserve(bouncer_.spec_.reserve_pool_size)) bouncer_.reserve_.add();
    }

    Pgbouncer& bouncer_;
    sim::Timer timer_;
};

// It ends when the process does, and all that is inside with it.
class Pgbouncer::Linked : public Keeps<Linked> {
public:
    struct State {
        sim::Semaphore* server;  // null: the caller's connection has its own
    };

    explicit Linked(Pgbouncer& bouncer) : bouncer_(bouncer), line_(bouncer, *this) {}
    void place(Block* outer, Block* next) {
        link(outer, next);
        line_.link(this, next);
    }

    Go enter(Call& call) override;
    Go answered(Call& call) override;
    void abandoned(Call& call) override;
    const void* dies_with(Call&, std::uint32_t) const override { return &bouncer_; }

protected:
    Pgbouncer& bouncer_;

private:
    class Line final : public Keeps<Line> {
    public:
        struct State {
            explicit State(Pgbouncer& bouncer)
                : wanted(bouncer.context_.now()), late(bouncer), taking(bouncer.pool_->take()) {}
            sim::Time wanted;
            Late late;
            sim::Semaphore::TakingUntil taking;
        };
        Line(Pgbouncer& bouncer, Linked& linked) : bouncer_(bouncer), linked_(linked) {}
        Go enter(Call& call) override;
        Go woken(Call& call) override;

    private:
        Pgbouncer& bouncer_;
        Linked& linked_;
    };

    Line line_;
};

class Pgbouncer::Statement final : public Keeps<Statement> {
public:
    struct State {
        sim::Time sent;
        EndpointId endpoint;  // as the caller said it
    };

    Statement(Pgbouncer& bouncer, const Edge::Plan& plan)
        : context_(bouncer.context_),
          thread_(bouncer),
          out_(*this),
          edge_(bouncer.context_, plan, this) {
        thread_.link(this, &out_);
        out_.link(this, nullptr);
    }

    Go enter(Call& call) override {
        begin(call, sim::Time{}, call.request.endpoint);
        return {&thread_, Way::enter};
    }
    Go answered(Call& call) override;
    void abandoned(Call& call) override {
        restore(call);
        end(call);
    }
    void restore(Call& call) override { call.request.endpoint = mine(call).endpoint; }

private:
    class Thread final : public CoreTime {
    public:
        explicit Thread(Pgbouncer& bouncer) : CoreTime(bouncer.context_), bouncer_(bouncer) {}
        Go enter(Call& call) override;

    private:
        Pgbouncer& bouncer_;
    };

    class Out final : public Block {
    public:
        explicit Out(Statement& of) : of_(of) {}
        Go enter(Call& call) override;

    private:
        Statement& of_;
    };

    Context context_;
    Thread thread_;
    Out out_;
    Edge edge_;
};

// What is not the last statement writes nothing that others could see.
class Pgbouncer::Statements final : public Keeps<Statements> {
public:
    struct State {
        std::uint64_t identity;  // of the call
        sim::Draws draws;
        std::uint32_t number;
        bool is_write;
    };

    Statements(Pgbouncer& bouncer, Statement& statement)
        : bouncer_(bouncer), statement_(statement), between_(*this) {
        statement.link(this, nullptr);
        between_.link(this, nullptr);
    }

    Go enter(Call& call) override;
    Go answered(Call& call) override;
    void abandoned(Call& call) override {
        restore(call);
        end(call);
    }
    void restore(Call& call) override {
        call.request.identity = mine(call).identity;
        call.request.is_write = mine(call).is_write;
    }

private:
    // The caller's time from an answer to its next statement.
    class Between final : public Block {
    public:
        explicit Between(Statements& of) : of_(of) {}
        Go enter(Call& call) override;
        Go woken(Call& call) override { return of_.next(call); }

    private:
        Statements& of_;
    };

    Go next(Call& call);

    Pgbouncer& bouncer_;
    Statement& statement_;
    Between between_;
};

}  // namespace models
