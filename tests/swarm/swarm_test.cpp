// Systems nobody thought of: random valid scenarios, of which only what must always hold is asked.
#include <doctest/doctest.h>

#include <optional>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "models/spec/declaration/spec.h"
#include "models/spec/json/json_text.h"
#include "tests/support/play.h"

namespace {

using models::Role;
using models::spec::Edge;
using models::spec::Kind;
using models::spec::NodeRef;
using models::spec::Random;

using Draws = sim::Draws;

// Of each kind as it is before anything is said of it.
models::NodeFacts facts_of(const Kind& kind) {
    return models::Nodes::facts_of(models::NodeChoice(models::spec::AnySpec(kind)));
}

std::vector<const Kind*> those(auto are_such) {
    std::vector<const Kind*> kinds;
    for (const Kind* kind : models::Nodes::kinds()) {
        if (are_such(facts_of(*kind))) kinds.push_back(kind);
    }
    return kinds;
}

// A system of random kinds, in the order in which they call: two kinds of clients, two that call
// others, and below them some that call nobody, of which one has transactions and one has locks. A
// kind that is added is one of these by its declaration.
struct Standing {
    std::string name;
    const Kind* kind;
};
std::vector<Standing> random_kinds(std::uint64_t seed) {
    const auto calls = [](const models::NodeFacts& facts) {
        return facts.is(Role::answers) && !facts.kind->edges.empty();
    };
    const auto keeps = [](const models::NodeFacts& facts) {
        return facts.is(Role::answers) && facts.kind->edges.empty();
    };
    static const auto senders = those([](const auto& facts) { return facts.is(Role::sends); });
    static const auto callers = those(calls);
    static const auto keepers = those([&](const auto& facts) { return keeps(facts); });
    static const auto hosts = those([](const auto& facts) { return facts.is(Role::hosts); });
    static const auto transactional =
        those([&](const auto& facts) { return keeps(facts) && facts.no_transactions.empty(); });
    static const auto lockable = those([](const auto& facts) { return facts.has_locks; });
    const auto one_of = [](const std::vector<const Kind*>& kinds, std::uint64_t number) {
        return kinds[number % kinds.size()];
    };
    return {{"clients", one_of(senders, seed)},
            {"others", one_of(senders, seed + seed / senders.size() + 1)},
            {"front", one_of(callers, seed)},
            {"back", one_of(callers, seed + seed / callers.size() + 1)},
            {"store", one_of(keepers, seed)},
            {"machines", one_of(hosts, seed)},
            {"db", one_of(transactional, seed)},
            {"locks", one_of(lockable, seed)}};
}

// Retries of retries, layer upon layer, would be more requests than there is time for.
std::string tamed(const std::string& text) {
    static const std::regex many(R"re("(max_attempts|max_hedges)": \d+)re");
    return std::regex_replace(text, many, "\"$1\": 2");
}

class RandomSystem {
public:
    explicit RandomSystem(std::uint64_t seed)
        : draws_(sim::mix(seed)),
          standing_(random_kinds(seed)),
          random_([this] { return draws_.next(); }, [this](Edge edge) { return pick(edge); }) {
        scenario_.run.measure = std::chrono::seconds(5);
        scenario_.run.warm_up = std::chrono::seconds(draws_.below(2));
        for (const Standing& each : standing_) {
            scenario_.nodes.entries.emplace_back(each.name, models::NodeChoice());
        }
        for (std::size_t node = 0; node < standing_.size(); ++node) draw(node);
        add_failures();
    }

    // A scenario that is sound, as text: whatever is refused is drawn again.
    std::string sound() {
        std::string problems;
        for (int tries = 0; tries < 300; ++tries) {
            const std::string text = tamed(models::resolved_json(scenario_));
            const models::Loaded loaded = models::load({"swarm", {}, {}, text});
            if (loaded.scenario) return text;
            problems = loaded.problems.render();
            mend(loaded.problems);
        }
        FAIL("nothing sound was found: ", problems);
        return {};
    }

private:
    // Calls go down the list only, so that no circle can come about.
    NodeRef pick(Edge edge) {
        std::vector<std::string> fit;
        for (std::size_t node = drawn_ + 1; node < standing_.size(); ++node) {
            if (fits(edge, facts_of(*standing_[node].kind))) fit.push_back(standing_[node].name);
        }
        return {fit.empty() ? standing_.back().name : fit[draws_.below(fit.size())], ""};
    }
    static bool fits(Edge edge, const models::NodeFacts& facts) {
        if (edge == Edge::kMention) return true;
        if (edge == Edge::kLock) return facts.has_locks;
        if (edge == Edge::kTransaction) return facts.no_transactions.empty();
        return facts.is(Role::answers) && !facts.has_locks;
    }

    // The first that is modest, or else the one that sends least.
    void draw(std::size_t node) {
        drawn_ = node;
        std::optional<models::NodeChoice> least;
        for (int tries = 0; tries < 100; ++tries) {
            models::NodeChoice drawn(models::spec::random_spec(random_, *standing_[node].kind));
            const bool is_enough = is_modest(drawn);
            if (!least || is_enough || at_once(drawn) < at_once(*least)) least = std::move(drawn);
            if (is_enough) break;
        }
        scenario_.nodes.entries[node].second = std::move(*least);
    }

    static double at_once(const models::NodeChoice& choice) {
        const models::NodeKind& kind = models::Nodes::kind_of(choice);
        const void* const spec = choice.any().spec();
        if (kind.sends != nullptr) return kind.sends(spec, {}).most_at_once;
        return kind.instances == nullptr ? 0 : kind.instances(spec).instances;
    }

    // More would take more time than there is. Who sends at no known rate is as fast as its
    // answers.
    static bool is_modest(const models::NodeChoice& choice) {
        const models::NodeKind& kind = models::Nodes::kind_of(choice);
        if (kind.sends == nullptr) return at_once(choice) <= 20;
        if (kind.offered == nullptr) return at_once(choice) <= 4;
        const double per_s = kind.offered(choice.any().spec(), [] { return 0.01; }).per_s;
        return at_once(choice) <= 200 && per_s <= 500;
    }

    void add_failures() {
        drawn_ = 0;
        for (std::uint64_t i = draws_.below(3); i > 0; --i) {
            auto failure = models::spec::random_value<models::FailureChoice>(random_);
            auto& outage = const_cast<models::Outage&>(models::Failures::outage_of(failure));
            outage.at = std::chrono::milliseconds(draws_.below(4000));
            if (!outage.is_random()) {
                outage.lasts = std::chrono::milliseconds(1 + draws_.below(3000));
            }
            scenario_.failures.push_back(std::move(failure));
        }
    }

    // Pointers begin with "/nodes/NAME" or "/failures/INDEX"; failures that are refused go.
    void mend(const models::spec::Problems& problems) {
        const models::spec::Problem problem = problems.sorted().front();
        for (std::size_t node = 0; node < standing_.size(); ++node) {
            const std::string at = "/nodes/" + standing_[node].name;
            if ((problem.pointer + "/").starts_with(at + "/")) return draw(node);
        }
        if (!scenario_.failures.empty()) scenario_.failures.pop_back();
    }

    Draws draws_;
    std::vector<Standing> standing_;
    std::size_t drawn_ = 0;
    Random random_;
    models::Scenario scenario_;
};

class TimeWatch final : public models::Onlooker {
public:
    void at(sim::Time now, sim::Time, std::uint64_t) override {
        forward = forward && now >= last;
        last = now;
    }
    bool forward = true;
    sim::Time last{};
};

}  // namespace

TEST_CASE("random valid systems: every request ends in one way, and a seed is a run") {
    std::size_t played = 0;
    std::set<std::string_view> kinds;
    std::set<std::string> resources;
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        const std::string text = RandomSystem(seed).sound();
        models::Loaded loaded = models::load({"swarm", {}, {}, text});
        const std::string problems = loaded.problems.render();
        REQUIRE_MESSAGE(loaded.scenario.has_value(), "seed ", seed, "\n", problems, "\n", text);
        const models::Scenario& scenario = *loaded.scenario;
        CHECK(models::resolved_json(scenario) == text);
        for (const Standing& each : random_kinds(seed)) kinds.insert(each.kind->name);
        TimeWatch watch;
        const sim::Recording run = models::simulate(scenario, {seed, 0}, &watch);
        CHECK(watch.forward);
        for (const sim::NodeRecord& node : run.nodes) {
            for (const sim::ResourceRecord& each : node.resources) {
                resources.insert(node.kind + ": " + std::string(each.declared.row.name));
            }
            INFO("seed ", seed, ", node ", node.name);
            CHECK(node.totals.finished() <= node.totals.offered);
            CHECK(node.latency.count() == node.totals.finished());
            std::int64_t there = 0;
            node.slices.for_each([&](std::size_t, const sim::Slice& slice) {
                there += std::int64_t{slice.arrived} - slice.finished;
                CHECK(there >= 0);
                CHECK(slice.succeeded <= slice.finished);
            });
        }
        CHECK(models::simulate(scenario, {seed, 0}).fingerprint.value() == run.fingerprint.value());
        ++played;
    }
    CHECK(played == 150);
    for (const Kind* kind : models::Nodes::kinds()) {
        CHECK_MESSAGE(kinds.contains(kind->name), kind->name, " was never played");
        for (const sim::Resource& each : kind->resources) {
            const std::string name = std::string(kind->name) + ": " + std::string(each.name);
            CHECK_MESSAGE(resources.contains(name), name, " was never there");
        }
    }
}
