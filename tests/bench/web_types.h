// The web path written against the library's own types: open-loop Poisson clients, a round-robin
// pool, 100 single-core FCFS servers at 80 %, and for one request in ten a database of 16 cores at
// 70 %. The same as tests/limit/w2.cpp, which is a hand-written loop.
#pragma once

#include <memory>
#include <vector>

#include "sim/cpu.h"
#include "sim/histogram.h"
#include "sim/rng.h"
#include "sim/sleep.h"
#include "sim/task.h"
#include "sim/task_group.h"

namespace bench {

struct Web {
    using Reply = sim::Task<bool>;
    static constexpr std::size_t kServers = 100;
    static constexpr std::uint64_t kServerStream = 1;
    static constexpr std::uint64_t kDatabaseStream = 2;

    struct Service {
        virtual ~Service() = default;
        virtual Reply call(std::uint64_t request) = 0;
    };

    struct Database final : Service {
        explicit Database(sim::Scheduler& s) : cpu(s, sim::Discipline::fcfs, 16) {}
        Reply call(std::uint64_t request) override {
            sim::Draws draws(sim::request_key(kDatabaseStream, request));
            co_await cpu.work(sim::from_seconds(1.4e-3 * draws.exponential()));
            co_return true;
        }
        sim::Cpu cpu;
    };

    struct Server final : Service {
        Server(sim::Scheduler& s, Service& behind)
            : cpu(s, sim::Discipline::fcfs, 1), database(behind) {}
        Reply call(std::uint64_t request) override {
            sim::Draws draws(sim::request_key(kServerStream, request));
            co_await cpu.work(sim::from_seconds(1e-3 * draws.exponential()));
            if (draws.chance(0.1)) co_await database.call(request);
            co_return true;
        }
        sim::Cpu cpu;
        Service& database;
    };

    // Round robin has nothing to learn from an answer, so its pool need not wait for one.
    struct Pool final : Service {
        Reply call(std::uint64_t request) override {
            Server& server = *servers[next];
            if (++next == servers.size()) next = 0;
            return server.call(request);
        }
        std::vector<std::unique_ptr<Server>> servers;
        std::size_t next = 0;
    };

    Web() : database(scheduler) {
        for (std::size_t i = 0; i < kServers; ++i) {
            pool.servers.push_back(std::make_unique<Server>(scheduler, database));
        }
        tasks.run(arrive());
    }
    ~Web() { tasks.dismiss(); }

    sim::Task<void> send(std::uint64_t request) {
        const sim::Time start = scheduler.now();
        co_await pool.call(request);
        latency.record(scheduler.now() - start);
    }

    sim::Task<void> arrive() {
        sim::Draws gaps(3);
        for (std::uint64_t request = 0;; ++request) {
            co_await sim::sleep(scheduler, sim::from_seconds(gaps.exponential() / 80'000));
            tasks.run(send(request));
        }
    }

    void serve(std::uint64_t requests) {
        while (latency.count() < requests) scheduler.step(sim::kForever);
    }

    sim::Scheduler scheduler;
    Database database;
    Pool pool;
    sim::TaskGroup tasks;
    sim::Histogram latency;
};

}  // namespace bench
