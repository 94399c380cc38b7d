// bench_play FILE [PATH=VALUE ...]: a scenario played once, and what that cost, as one line of
// JSON.
//
// Events and processor time are those after the scenario's warm-up, so that filling a system up is
// left out where that is not the question. Memory is the peak of the whole process.
#include <sys/resource.h>
#include <time.h>

#include <cstdio>

#include "models/topology/load.h"
#include "models/topology/simulate.h"
#include "sim/recording.h"

namespace {

double cpu_seconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double peak_bytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) * 1024;
}

// Notes where the warm-up ends; without one, measuring begins with building the system.
class Mark final : public models::Onlooker {
public:
    explicit Mark(sim::Duration warm_up) : warm_up_(warm_up) {}
    void at(sim::Time now, sim::Time, std::uint64_t events) override {
        if (is_set_ || warm_up_ == sim::Duration::zero() || now < sim::Time(warm_up_)) return;
        is_set_ = true;
        began_ = cpu_seconds();
        events_before_ = events;
    }
    double began() const { return began_; }
    std::uint64_t events_before() const { return events_before_; }

private:
    sim::Duration warm_up_;
    bool is_set_ = false;
    double began_ = cpu_seconds();
    std::uint64_t events_before_ = 0;
};

void print(const sim::Recording& recording, const Mark& mark, double seconds) {
    sim::Totals totals;
    for (const sim::NodeRecord& node : recording.nodes) {
        if (!node.is_client) continue;
        totals.offered += node.totals.offered;
        totals.in_flight += node.totals.in_flight;
        for (std::size_t i = 0; i < totals.ended.size(); ++i) {
            totals.ended[i] += node.totals.ended[i];
        }
    }
    std::printf(
        "{\"requests\":%llu,\"events\":%llu,\"cpu_s\":%.6f,\"in_flight\":%llu,"
        "\"available\":%.5f,\"peak_mb\":%.1f}\n",
        static_cast<unsigned long long>(totals.offered),
        static_cast<unsigned long long>(recording.events - mark.events_before()), seconds,
        static_cast<unsigned long long>(totals.in_flight), totals.availability(),
        peak_bytes() / 1e6);
}

}  // namespace

int main(int count, char** words) {
    if (count < 2) {
        std::fprintf(stderr, "usage: bench_play FILE [PATH=VALUE ...]\n");
        return 2;
    }
    models::ScenarioSource source;
    source.file = words[1];
    source.sets.assign(words + 2, words + count);
    const models::Loaded loaded = models::load(source);
    if (!loaded.scenario) {
        std::fprintf(stderr, "%s", loaded.problems.render().c_str());
        return 2;
    }
    Mark mark(loaded.scenario->run.warm_up);
    const sim::Recording recording = models::simulate(*loaded.scenario, {42, 0}, &mark);
    print(recording, mark, cpu_seconds() - mark.began());
    return recording.out_of_room ? 1 : 0;
}
