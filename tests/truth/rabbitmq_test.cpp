// Runs of a real RabbitMQ (rabbitmq_measured.json): one queue, four consumers, Poisson arrivals.
//
// The real broker's own time was 0.2 ms from a publisher to a consumer who waits for it: two ways
// and two frames here. All else follows: what prefetch does to consumers of unequal speed, what a
// time to live loses, what comes back when a consumer dies.
//
// Each figure is held to the interval of 24 runs with other draws, widened by 2 % (runs of one seed
// on the real machine differ by up to 0.5 % in the mean, and 3 % in the 99th percentile).
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/crew.h"
#include "sim/histogram.h"
#include "sim/sleep.h"
#include "tests/models/queue_broker/cluster_world.h"
#include "tests/truth/tally.h"

using namespace truth;
using namespace std::chrono_literals;
namespace amqp = models::amqp;

namespace {

struct Queueing {
    explicit Queueing(const Json& given)
        : rate(given.at("rate")),
          prefetch(given.at("prefetch")),
          slow(given.at("slow").get<std::vector<double>>()),
          mean_service_s(given.at("dist").at("mean_us").get<double>() * 1e-6) {
        if (given.contains("ttl_ms")) ttl = std::chrono::milliseconds(given.at("ttl_ms"));
        if (given.contains("crash_at")) {
            crash_at = std::chrono::seconds(given.at("crash_at"));
            crash_for = std::chrono::seconds(given.at("crash_for"));
        }
    }
    double rate;
    std::uint32_t prefetch;
    std::vector<double> slow;
    double mean_service_s;
    std::optional<sim::Duration> ttl;
    std::optional<sim::Duration> crash_at;
    sim::Duration crash_for{};
};

// What is compared, by name.
using Figures = std::map<std::string, double>;

class Run;

// Works on what it is sent, one after another, and acknowledges each when it is done.
class Worker final : public amqp::ConnectionUser {
public:
    Worker(Run& run, double slow, std::uint64_t stream);
    void opened() override;
    void deliver(const amqp::Delivery& delivery) override {
        waiting_.push_back(delivery);
        if (!is_working_) works_.run(work());
    }
    void confirm(std::uint64_t, bool) override {}
    void returned(std::uint64_t) override {}
    void lost() override {}
    void die() {
        works_.dismiss();
        waiting_.clear();
        is_working_ = false;
        connection_.die();
    }
    void revive() { connection_.open(); }
    std::uint64_t done = 0;

private:
    sim::Task<void> work();

    Run& run_;
    double slow_;
    sim::Draws draws_;
    std::deque<amqp::Delivery> waiting_;
    bool is_working_ = false;
    sim::Crew works_;
    amqp::Connection connection_;
};

class Run {
public:
    Run(const Queueing& given, std::uint64_t seed)
        : of(given), world(plan(), "50us"), draws_(seed) {
        amqp::QueueSettings settings;
        settings.name = "q";
        settings.message_ttl = of.ttl;
        world.cluster.declare(settings);
        for (std::size_t i = 0; i < of.slow.size(); ++i) {
            workers.push_back(std::make_unique<Worker>(*this, of.slow[i], sim::mix(seed) + i));
        }
    }
    ~Run() { world.cluster.dismiss(); }

    Figures play() {
        auto& publisher = world.user();
        world.play(1s);
        works_.run(publish(publisher));
        if (of.crash_at) {
            world.play(*of.crash_at);
            workers.front()->die();
            world.play(of.crash_for);
            workers.front()->revive();
        }
        world.play(60s);
        world.check_conserved();
        const auto& fates = world.fates();
        Figures figures = {{"mean latency", sim::seconds(latencies.mean()) * 1e3},
                           {"p50 latency", sim::seconds(latencies.percentile(50)) * 1e3},
                           {"p90 latency", sim::seconds(latencies.percentile(90)) * 1e3},
                           {"p99 latency", sim::seconds(latencies.percentile(99)) * 1e3},
                           {"lost", static_cast<double>(fates.published - fates.acknowledged) /
                                        static_cast<double>(fates.published)},
                           {"redelivered", static_cast<double>(fates.redelivered)}};
        for (std::size_t i = 0; i < workers.size(); ++i) {
            figures[fmt::format("share of consumer {}", i)] =
                static_cast<double>(workers[i]->done) / static_cast<double>(fates.acknowledged);
        }
        return figures;
    }

    Queueing of;
    support::ClusterWorld world;
    std::vector<std::unique_ptr<Worker>> workers;
    sim::Histogram latencies;

private:
    static amqp::ClusterPlan plan() {
        amqp::ClusterPlan plan;
        plan.publish_time = 50us;
        plan.delivery_time = 50us;
        return plan;
    }
    sim::Task<void> publish(support::TestUser& publisher) {
        const sim::Time end = world.at.scheduler.now() + 30s;
        for (std::uint64_t number = 1;; ++number) {
            co_await sim::sleep(world.at.scheduler,
                                sim::from_seconds(draws_.exponential() / of.rate));
            if (world.at.scheduler.now() >= end) co_return;
            publisher.publish("q", number);
        }
    }

    sim::Draws draws_;
    sim::Crew works_;
};

Worker::Worker(Run& run, double slow, std::uint64_t stream)
    : run_(run),
      slow_(slow),
      draws_(stream),
      connection_(run.world.cluster,
                  {&run.world.cluster.places().links(), run.world.client_place(), "worker", 0},
                  *this) {
    connection_.open();
}

void Worker::opened() {
    connection_.consume(0, {.prefetch = run_.of.prefetch});
}

sim::Task<void> Worker::work() {
    is_working_ = true;
    while (!waiting_.empty()) {
        const amqp::Delivery delivery = waiting_.front();
        waiting_.pop_front();
        const double seconds = draws_.exponential() * run_.of.mean_service_s * slow_;
        co_await sim::sleep(run_.world.at.scheduler, sim::from_seconds(seconds));
        run_.latencies.record(run_.world.at.scheduler.now() - delivery.message.published);
        ++done;
        connection_.acknowledge(delivery.tag);
    }
    is_working_ = false;
}

Figures measured(const Json& given) {
    Figures figures;
    const auto& runs = given.at("runs");
    const double share = 1.0 / static_cast<double>(runs.size());
    for (const Json& run : runs) {
        for (const char* each : {"mean", "p50", "p90", "p99"}) {
            figures[fmt::format("{} latency", each)] +=
                share * run.at("latency_ms").at(each).get<double>();
        }
        figures["lost"] += share * run.at("lost_fraction").get<double>();
        figures["redelivered"] += share * run.at("redelivered").get<double>();
        for (const auto& [consumer, count] : run.at("per_consumer").items()) {
            figures["share of consumer " + consumer] +=
                share * count.get<double>() / run.at("consumed").get<double>();
        }
    }
    return figures;
}

}  // namespace

TEST_CASE("RabbitMQ's measured runs: prefetch, unequal consumers, a time to live, a crash") {
    Tally tally("rabbitmq_measured");
    const Json table = file("rabbitmq_measured.json");
    for (const Json& given : table.at("cases")) {
        tally.begin(given.at("name"));
        std::map<std::string, std::pair<double, double>> intervals;
        for (std::uint64_t seed = 1; seed <= 24; ++seed) {
            for (const auto& [name, value] : Run(Queueing(given), seed).play()) {
                const auto [known, is_new] = intervals.emplace(name, std::pair{value, value});
                known->second.first = std::min(known->second.first, value);
                known->second.second = std::max(known->second.second, value);
            }
        }
        for (const auto& [name, value] : measured(given)) {
            const auto [least, most] = intervals.at(name);
            const double middle = (0.98 * least + 1.02 * most) / 2;
            tally.near(name, middle, value, (1.02 * most - 0.98 * least) / 2);
        }
    }
}
