// What every call policy must do, whoever is in the family, alone and stacked.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "models/spec/json/json_text.h"
#include "sim/sleep.h"
#include "tests/support/guarded.h"
#include "tests/support/play.h"

namespace {

namespace spec = models::spec;

std::string text_of(const models::PolicyChoice& policy) {
    return spec::compact_text(spec::Codec<models::PolicyChoice>::echo(policy));
}

// A shop whose calls to its database all go through `policies`, and whose users come for 20 s and
// then no more: in the end nobody must be left anywhere.
std::string shop(const std::string& policies, const std::string& failures = "",
                 const std::string& limit = R"("500ms")") {
    return R"({"run": {"measure": "60s"}, "nodes": {
        "clients": {"kind": "open_loop", "rate": "100/s", "stages": [
            {"target": "100/s", "duration": "20s"}, {"target": "0/s", "duration": "0s"}],
            "calls": "web", "policies": [
                {"kind": "timeout", "propagates": true, "limit": )" +
           limit + R"(}]},
        "web": {"kind": "server", "cores": 4, "replicas": 2, "endpoints": {"get": [
            {"work": {"kind": "exponential", "mean": "2ms"}},
            {"call": "front", "latency": "1ms", "policies": [)" +
           policies + R"(]}]}},
        "front": {"kind": "pool", "of": "back"},
        "back": {"kind": "server", "cores": 4, "replicas": 2, "endpoints": {"get": [
            {"call": "db"}]}},
        "db": {"kind": "database", "cores": 4, "connections": 20,
               "service_time": {"kind": "exponential", "mean": "3ms"}}},
        "failures": [)" +
           failures + "]}";
}

constexpr const char* kSlow = R"({"kind": "slow", "target": "db", "factor": 1000000, "at": "5s",
                                  "lasts": "20s"})";
constexpr const char* kCrash = R"({"kind": "crash", "target": "back", "at": "5s", "lasts": "5s"})";

void check_whole(const sim::Recording& run, const std::string& what) {
    for (const sim::NodeRecord& node : run.nodes) {
        CHECK_MESSAGE(node.totals.finished() == node.totals.offered, what, ": ", node.name);
        std::uint64_t causes = 0;
        for (const std::uint64_t count : node.causes) causes += count;
        CHECK_MESSAGE(causes == node.totals.finished(), what, ": ", node.name);
        CHECK_MESSAGE(node.causes[0] == node.totals.of(sim::Outcome::succeeded), what, ": ",
                      node.name);
    }
}

// Every member alone, and each outside of each other.
std::vector<std::string> stacks() {
    std::vector<std::string> all;
    const auto members = models::Policies::each();
    for (const auto& outer : members) {
        all.push_back(text_of(outer));
        for (const auto& inner : members) all.push_back(text_of(outer) + ", " + text_of(inner));
    }
    return all;
}

}  // namespace

TEST_CASE("a policy passes calls through unharmed while nothing fails") {
    const sim::Recording plain = support::play(shop("", "", R"("1h")"));
    const auto& expected = support::node(plain, "clients");
    CHECK(expected.totals.availability() == 1);
    for (const auto& policy : models::Policies::each()) {
        // Those that limit how many calls there are may change when they happen, and those that
        // share calls how many there are; but everybody is served.
        const sim::Recording run = support::play(shop(text_of(policy), "", R"("1h")"));
        const auto& clients = support::node(run, "clients");
        CHECK_MESSAGE(clients.totals.offered == expected.totals.offered, policy.kind());
        CHECK_MESSAGE(clients.totals.of(sim::Outcome::succeeded) == expected.totals.offered,
                      policy.kind());
    }
}

TEST_CASE("whatever happens, every request ends once, at every node, and nothing is left over") {
    for (const std::string& stack : stacks()) {
        check_whole(support::play(shop(stack, kCrash)), "crash, " + stack);
        check_whole(support::play(shop(stack, kSlow)), "slow, " + stack);
    }
}

TEST_CASE("a stack of policies plays the same twice") {
    for (const std::string& stack : stacks()) {
        const std::string text = shop(stack, fmt::format("{}, {}", kCrash, kSlow));
        const auto first = support::play(text, 5).fingerprint.value();
        CHECK_MESSAGE(first == support::play(text, 5).fingerprint.value(), stack);
    }
}

namespace {

using namespace std::chrono_literals;

struct Weather {
    bool is_calm = false;
    int came = 0;
    int left = 0;
};

// Takes its time, and often fails, unless it is calm.
class Moody final : public models::Service {
public:
    Moody(sim::Scheduler& scheduler, const Weather& weather)
        : scheduler_(scheduler), weather_(weather) {}

    models::Reply call(models::Request request) override {
        sim::Draws draws(request.identity);
        const double takes_s = draws.exponential() * 0.03;
        co_await sim::sleep(scheduler_, sim::from_seconds(takes_s));
        if (weather_.is_calm || draws.chance(0.7)) co_return models::Response{};
        co_return models::Response{sim::Outcome::failed, models::cause::fault};
    }

private:
    sim::Scheduler& scheduler_;
    const Weather& weather_;
};

// An instance of the caller.
class Mortal final : public models::Block {
public:
    explicit Mortal(Weather& weather) : weather_(weather) {}

    models::Go enter(models::Call&) override {
        ++weather_.came;
        return on();
    }
    models::Go answered(models::Call&) override {
        ++weather_.left;
        return back();
    }
    void abandoned(models::Call&) override { ++weather_.left; }
    const void* dies_with(models::Call&, std::uint32_t) const override { return &weather_; }

private:
    Weather& weather_;
};

// Gives up, or cancels, after a time of its own, unless it is calm.
class Impatient final : public models::Keeps<Impatient> {
public:
    struct State {
        models::Limit limit;
    };

    Impatient(models::World& world, const Weather& weather) : world_(world), weather_(weather) {}

    models::Go enter(models::Call& call) override {
        sim::Draws draws(sim::mix(call.request.identity));
        const double patience_s = weather_.is_calm ? 1000 : draws.exponential() * 0.2;
        const sim::Time due = world_.scheduler.now() + sim::from_seconds(patience_s);
        const bool cancels = draws.chance(0.5);
        world_.calls.limit(call, begin(call).limit, due, cancels);
        return on();
    }
    models::Go answered(models::Call& call) override {
        leave(call);
        return back();
    }
    models::Go woken(models::Call& call) override {
        leave(call);
        return answer(call, {sim::Outcome::timed_out, models::cause::timeout});
    }
    void abandoned(models::Call& call) override { leave(call); }

private:
    void leave(models::Call& call) {
        world_.calls.lift(call, mine(call).limit);
        end(call);
    }

    models::World& world_;
    const Weather& weather_;
};

// Calls that are answered, fail, are given up on, are cancelled or whose caller dies; what is left
// of them after an hour, and how another call fares then.
struct Aftermath {
    Weather weather;
    std::size_t calls_left = 0;
    sim::Outcome next = sim::Outcome::failed;
};

Aftermath storm(const std::vector<models::PolicyChoice>& policies) {
    constexpr std::uint32_t kCalls = 300;
    support::BlockWorld small(1, "callers");
    models::World& world = small.world;
    Aftermath after;
    Moody moody(small.scheduler, after.weather);
    models::Scopes around;
    around.add<Mortal>(after.weather);
    around.add<Impatient>(world, after.weather);
    support::Guarded guarded(small, policies, moody, std::move(around));
    models::Request request;
    for (std::uint32_t number = 0; number < kCalls; ++number) {
        request.identity = sim::mix(number + 1);
        request.operation = number / 3;
        request.key = number % 7;
        request.is_write = number % 4 == 0;
        models::Call& call = world.calls.begin(request);
        world.calls.run(call, guarded.enter(call));
        if (number % 50 == 49) world.calls.end_all_in(&after.weather, {sim::Outcome::failed});
        small.scheduler.run_until(small.scheduler.now() + 4ms);
    }
    small.scheduler.run_until(sim::Time(1h));
    after.calls_left = world.calls.live();
    after.weather.is_calm = true;
    request.operation = kCalls;
    sim::Receiver<models::Response> next;
    next.start(models::Reply(guarded.call(request)));
    small.scheduler.run_until(sim::Time(2h));
    after.next = next.value().outcome;
    return after;
}

}  // namespace

TEST_CASE("whatever becomes of calls and callers, no call is left and no permit is held") {
    const auto members = models::Policies::each();
    const auto check = [](const std::vector<models::PolicyChoice>& policies) {
        std::string what;
        for (const auto& each : policies) what += text_of(each) + " ";
        const Aftermath after = storm(policies);
        CHECK_MESSAGE(after.weather.came == after.weather.left, what);
        CHECK_MESSAGE(after.calls_left == 0, what);
        CHECK_MESSAGE(after.next == sim::Outcome::succeeded, what);
    };
    for (const auto& outer : members) {
        check({outer});
        for (const auto& inner : members) check({outer, inner});
    }
}
