// Patterns over events: models/stream_processing/patterns.h.
#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

#include "models/stream_processing/patterns.h"
#include "models/stream_processing/watermarks.h"

using namespace std::chrono_literals;
using models::streaming::AfterMatch;
using models::streaming::Contiguity;
using models::streaming::kNoWatermark;
using models::streaming::Match;
using models::streaming::PatternRule;
using models::streaming::Patterns;
using models::streaming::StreamEvent;

namespace {

sim::Time match_second(double seconds) {
    return sim::Time(sim::from_seconds(seconds));
}

// Exact, for whole ones.
double instant_of(sim::Time time) {
    return static_cast<double>(time.time_since_epoch().count()) / 1e9;
}

struct Happened {
    double at;
    std::uint32_t topic = 0;
    std::uint64_t key = 1;
};

// From when to when, of all matches.
std::vector<std::vector<double>> matches_of(const PatternRule& rule,
                                            const std::vector<Happened>& events) {
    Patterns patterns(rule);
    std::vector<std::vector<double>> all;
    std::uint64_t offset = 0;
    for (const Happened& each : events) {
        StreamEvent event;
        event.time = match_second(each.at);
        event.topic = each.topic;
        event.key = each.key;
        event.offset = offset++;
        CHECK(patterns.add(event, kNoWatermark));
    }
    patterns.advance(match_second(10000), [&](const Match& match) {
        all.push_back({instant_of(match.first), instant_of(match.last)});
    });
    CHECK(patterns.size() == 0);
    return all;
}
using MatchRows = std::vector<std::vector<double>>;

PatternRule three_failures(AfterMatch after = AfterMatch::no_skip,
                           Contiguity contiguity = Contiguity::relaxed) {
    return {{0, 0, 0}, 60s, contiguity, after};
}

}  // namespace

TEST_CASE("three failures of one user within a minute match, and near misses do not") {
    CHECK(matches_of(three_failures(), {{0}, {30}, {59.999}}) == MatchRows{{0, 59.999}});
    // Two; three in 60 and in 61 s; three of different users.
    CHECK(matches_of(three_failures(), {{0}, {30}}).empty());
    CHECK(matches_of(three_failures(), {{0}, {30}, {60}}).empty());
    CHECK(matches_of(three_failures(), {{0}, {30}, {61}}).empty());
    CHECK(matches_of(three_failures(), {{0, 0, 1}, {1, 0, 2}, {2, 0, 3}}).empty());
}

TEST_CASE("of n events, no_skip tells n - 2 matches and skip_past_last_event a third of n") {
    std::vector<Happened> events;
    for (int each = 0; each < 10; ++each) events.push_back({each * 1.0});
    CHECK(matches_of(three_failures(), events).size() == 10 - 2);
    const MatchRows apart = matches_of(three_failures(AfterMatch::skip_past_last_event), events);
    CHECK(apart == MatchRows{{0, 2}, {3, 5}, {6, 8}});
}

TEST_CASE("a sequence is in the order in which things happened, not in which they came") {
    const PatternRule rule{{0, 1, 0}, 60s, Contiguity::relaxed, AfterMatch::no_skip};
    CHECK(matches_of(rule, {{3, 0}, {1, 0}, {2, 1}}) == MatchRows{{1, 3}});
    CHECK(matches_of(rule, {{1, 0}, {3, 1}, {2, 0}}).empty());
}

TEST_CASE("between relaxed ones others may come, between strict ones none") {
    const std::vector<Happened> events = {{0, 0}, {1, 2}, {2, 0}, {3, 0}, {4, 0}};
    CHECK(matches_of(three_failures(AfterMatch::skip_past_last_event), events) ==
          MatchRows{{0, 3}});
    CHECK(matches_of(three_failures(AfterMatch::skip_past_last_event, Contiguity::strict),
                     events) == MatchRows{{2, 4}});
    // Another user's do not count as between.
    CHECK(matches_of(three_failures(AfterMatch::no_skip, Contiguity::strict),
                     {{0}, {1, 2, 9}, {2}, {3}}) == MatchRows{{0, 3}});
}

TEST_CASE("an event waits for the watermark, and one before it is late") {
    Patterns patterns({{0, 0}, 60s, Contiguity::relaxed, AfterMatch::no_skip});
    std::vector<Match> all;
    const auto found = [&](const Match& match) { all.push_back(match); };
    StreamEvent event;
    event.time = match_second(10);
    CHECK(patterns.add(event, kNoWatermark));
    event.time = match_second(20);
    event.offset = 1;
    CHECK(patterns.add(event, match_second(15)));
    patterns.advance(match_second(20), found);
    CHECK(all.empty());
    CHECK(patterns.size() == 2);  // one that has begun, and one that waits
    event.time = match_second(19.9);
    event.offset = 2;
    CHECK(!patterns.add(event, match_second(20)));
    patterns.advance(match_second(20.001), found);
    REQUIRE(all.size() == 1);
    CHECK(all.front() == Match{0, match_second(10), match_second(20)});
    // What has begun goes when it could not end in time any more.
    patterns.advance(match_second(79.9), found);
    CHECK(patterns.size() == 1);
    patterns.advance(match_second(80), found);
    CHECK(patterns.size() == 0);
}
