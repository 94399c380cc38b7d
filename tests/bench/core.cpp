// The core without scenarios, timed as the hand-written limits time themselves; a line of JSON
// each.
//
//     bench_core hold N [EVENTS]    the event queue with N pending: each event schedules itself
//                                   an exponential step later (tests/limit/w3)
//     bench_core web [REQUESTS]     the web path from the library's own types (tests/limit/w2)
#include <time.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "sim/record.h"
#include "sim/rng.h"
#include "sim/scheduler.h"
#include "tests/bench/web_types.h"

namespace {

double cpu_seconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

void print(std::uint64_t requests, std::uint64_t events, double seconds) {
    std::printf("{\"requests\":%llu,\"events\":%llu,\"cpu_s\":%.6f}\n",
                static_cast<unsigned long long>(requests), static_cast<unsigned long long>(events),
                seconds);
}

// Records that hold nothing: what is measured is the queue.
class Holders final : public sim::Records {
public:
    explicit Holders(sim::Scheduler& scheduler)
        : Records(sizeof(sim::Record)), scheduler_(scheduler) {
        scheduler.serve(*this);
    }
    void hold(std::uint64_t pending) {
        while (pending-- > 0) woken((*this)[take()]);
    }
    void woken(sim::Record& record) override {
        scheduler_.after(sim::from_seconds(draws_.exponential()), record);
    }
    void rung(sim::Record&) override {}

private:
    void make(std::byte* room, std::uint32_t index, std::size_t) override {
        new (room) sim::Record(index);
    }

    sim::Scheduler& scheduler_;
    sim::Draws draws_{42};
};

void hold(std::uint64_t pending, std::uint64_t events) {
    sim::Scheduler scheduler;
    Holders holders(scheduler);
    holders.hold(pending);
    for (std::uint64_t i = 0; i < 2 * pending + 100'000; ++i) scheduler.step(sim::kForever);
    const double start = cpu_seconds();
    for (std::uint64_t i = 0; i < events; ++i) scheduler.step(sim::kForever);
    print(0, events, cpu_seconds() - start);
}

void web(std::uint64_t requests) {
    const double start = cpu_seconds();
    bench::Web web;
    web.serve(requests);
    print(requests, web.scheduler.events(), cpu_seconds() - start);
}

}  // namespace

int main(int count, char** words) {
    const auto number = [&](int at, std::uint64_t otherwise) {
        return count > at ? std::strtoull(words[at], nullptr, 10) : otherwise;
    };
    if (count > 2 && std::strcmp(words[1], "hold") == 0) {
        hold(number(2, 0), number(3, 5'000'000));
    } else if (count > 1 && std::strcmp(words[1], "web") == 0) {
        web(number(2, 3'000'000));
    } else {
        std::fprintf(stderr, "usage: bench_core hold N [EVENTS] | web [REQUESTS]\n");
        return 2;
    }
    return 0;
}
