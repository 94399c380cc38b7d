// The nodes `stream_windows` and `stream_patterns`: models/stream_processing/stream_job.h.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <map>
#include <set>
#include <string>
#include <utility>

#include "tests/support/play.h"

using support::measure;
using support::node;

namespace {

// 100 records a second of ten items for 40 s, and a job that counts them.
std::string sold(const std::string& job, const std::string& topic = R"("partitions": 3)",
                 const std::string& more = "") {
    return fmt::format(R"({{"run": {{"measure": "60s"}}, "nodes": {{
        "clients": {{"kind": "open_loop", "rate": "100/s", "calls": "app.go",
            "population": {{"people": 50, "keys": {{"kind": "uniform", "count": 10}}}},
            "stages": [{{"target": "100/s", "duration": "40s"}}, {{"target": "0/s", "duration": "0s"}},
                       {{"target": "0/s", "duration": "1h"}}]}},
        "app": {{"kind": "server", "threads": 100, "endpoints": {{"go": [{{"publish": "kafka.sales", "key": "item"}}]}}}},
        "kafka": {{"kind": "kafka", "topics": {{"sales": {{{}}}, "results": {{}}, "late": {{}}}}}},
        "job": {{"kind": "stream_windows", "topics": ["kafka.sales"]{}}}}}{}}})",
                       topic, job, more);
}

double of_job(const sim::Recording& run, const std::string& name) {
    return measure(run, "job", name);
}
// What producers were told, the job's own left out, against what the job has in its windows.
void check_job(const sim::Recording& run) {
    CHECK(measure(run, "kafka", "published") - of_job(run, "results_published") ==
          of_job(run, "records") + of_job(run, "late") + of_job(run, "unread"));
}

// Windows from the start of the run on that end by then, from the topic's records: how many there
// are of all keys, and the sum of what is in them.
struct RecountedWindows {
    double windows = 0;
    double counted = 0;
    double distinct = 0;  // keys, in windows of all keys
};
RecountedWindows recount(const sim::Recording& run, double size, double slide, double last) {
    std::map<std::pair<int, std::uint64_t>, int> by_key;
    std::set<std::pair<int, std::uint64_t>> keys;
    const sim::TopicRecord& topic = node(run, "kafka").topics.at(0);
    REQUIRE(topic.left_out() == 0);
    const auto see = [&](const sim::StoredMessage& message) {
        const double created = sim::seconds(message.created.time_since_epoch());
        for (int each = 0; each * slide + size <= last; ++each) {
            const bool is_in = each * slide <= created && created < each * slide + size;
            if (!is_in) continue;
            ++by_key[{each, *message.key}];
            keys.insert({each, *message.key});
        }
    };
    for (const sim::StoredMessage& each : topic.oldest) see(each);
    for (const sim::StoredMessage& each : topic.newest) see(each);
    RecountedWindows all;
    for (const auto& [window, count] : by_key) {
        all.windows += 1;
        all.counted += count;
    }
    all.distinct = static_cast<double>(keys.size());
    return all;
}

}  // namespace

// The last records are from 40 s, so the watermark ends just before 39 s.
TEST_CASE("what is told of windows is what the topic's records give, counted again") {
    const auto tumbling = support::play(sold(R"(, "size": "5s", "max_out_of_orderness": "1s")"));
    const RecountedWindows of_tumbling = recount(tumbling, 5, 5, 38);
    CHECK(of_job(tumbling, "windows_fired") == of_tumbling.windows);
    CHECK(of_job(tumbling, "value") == of_tumbling.counted);
    CHECK(of_tumbling.counted > 3000);
    const auto sliding =
        support::play(sold(R"(, "size": "6s", "slide": "2s", "max_out_of_orderness": "1s")"));
    const RecountedWindows of_sliding = recount(sliding, 6, 2, 38);
    CHECK(of_job(sliding, "windows_fired") == of_sliding.windows);
    CHECK(of_job(sliding, "value") == of_sliding.counted);
    const auto distinct = support::play(sold(
        R"(, "size": "1s", "key_by": "none", "aggregate": "distinct_keys", "max_out_of_orderness": "1s")"));
    CHECK(of_job(distinct, "windows_fired") == 38);
    CHECK(of_job(distinct, "value") == recount(distinct, 1, 1, 38).distinct);
    for (const sim::Recording* const run : {&tumbling, &sliding, &distinct}) {
        check_job(*run);
        CHECK(of_job(*run, "windows_inexact") == 0);
        CHECK(of_job(*run, "late") == 0);
        CHECK(of_job(*run, "windows_fired_again") == 0);
    }
}

// The next record of each of three partitions is on average 30 ms away, the watermark is looked at
// every 200 ms: between the bound and it plus 200 ms and a few such gaps.
TEST_CASE("a window is told when the watermark is past its end") {
    for (const int bound : {0, 1, 4}) {
        const auto run = support::play(
            sold(fmt::format(R"(, "size": "2s", "max_out_of_orderness": "{}s")", bound)));
        const double delay = of_job(run, "firing_delay");
        CHECK(delay > bound);
        CHECK(delay < bound + 0.4);
    }
}

TEST_CASE("a crash takes the job back to its checkpoint, and each record is once in the state") {
    const std::string crash =
        R"(, "failures": [{"kind": "crash", "target": "job", "at": "22s", "lasts": "3s"}])";
    for (const std::string checkpoints : {"", R"(, "checkpoint_interval": "4s")"}) {
        CAPTURE(checkpoints);
        const auto run =
            support::play(sold(R"(, "size": "5s", "max_out_of_orderness": "1s")" + checkpoints,
                               R"("partitions": 3)", crash));
        check_job(run);
        CHECK(of_job(run, "restarts") == 1);
        CHECK(of_job(run, "windows_inexact") == 0);
        CHECK(of_job(run, "value") == recount(run, 5, 5, 38).counted);
        // Since the checkpoint after 20 s, or since the start: the windows until 20 s were told.
        const double again = checkpoints.empty() ? 2200 : 200;
        CHECK(of_job(run, "read_again") == doctest::Approx(again).epsilon(0.2));
        CHECK(of_job(run, "windows_fired_again") == (checkpoints.empty() ? 4 * 10 : 10));
    }
    const auto anew = support::play(
        sold(R"(, "size": "5s", "max_out_of_orderness": "1s", "auto_offset_reset": "latest")",
             R"("partitions": 3)", crash));
    CHECK(of_job(anew, "windows_inexact") > 0);
}

TEST_CASE("a partition without records stops the watermark, unless it may be idle") {
    const std::string window = R"(, "size": "5s", "max_out_of_orderness": "1s")";
    const std::string many = R"("partitions": 60)";
    const auto silent = support::play(sold(window, many));
    CHECK(of_job(silent, "windows_fired") == 0);
    // All that was read is in the state: of each key eight windows.
    CHECK(of_job(silent, "state_size") == 8 * 10);
    const auto idle = support::play(sold(window + R"(, "idleness": "3s")", many));
    CHECK(of_job(idle, "windows_fired") == recount(idle, 5, 5, 38).windows);
}

TEST_CASE("results and late events are published") {
    const auto run = support::play(sold(
        R"(, "size": "5s", "max_out_of_orderness": "1s", "sink": "kafka.results", "late_output": "kafka.late")"));
    const auto& topics = node(run, "kafka").topics;
    CHECK(static_cast<double>(topics.at(1).messages) == of_job(run, "windows_fired"));
    CHECK(topics.at(2).messages == 0);
    CHECK(of_job(run, "results_published") == of_job(run, "windows_fired"));
    // While a partition's records are at work those of another are fetched later, and are older:
    // late, as a partition is not waited for that has brought nothing for a millisecond.
    const auto late = support::play(sold(
        R"(, "size": "1ms", "key_by": "none", "record_time": "9ms", "cores": 1, "idleness": "1ms",
            "auto_watermark_interval": "1ms", "late_output": "kafka.late")"));
    check_job(late);
    CHECK(of_job(late, "late") > 0);
    CHECK(static_cast<double>(node(late, "kafka").topics.at(2).messages) == of_job(late, "late"));
}

TEST_CASE("a job with too few cores falls behind by what it does not get done") {
    const auto run = support::play(
        sold(R"(, "size": "5s", "cores": 1, "record_time": "20ms", "fetch_bytes": "10KiB")"));
    check_job(run);
    const double published = measure(run, "kafka", "published");
    // 50 a second; it has ten of each of three partitions in its hands.
    CHECK(of_job(run, "unread") > published - 60 * 50);
    CHECK(of_job(run, "unread") < published - 60 * 50 + 45);
    CHECK(node(run, "job").utilisation == doctest::Approx(1).epsilon(0.01));
}

TEST_CASE("patterns are found once, whatever becomes of the process") {
    const auto play = [](const std::string& more) {
        return support::play(fmt::format(R"({{"run": {{"measure": "60s"}}, "nodes": {{
            "clients": {{"kind": "open_loop", "rate": "40/s", "calls": [{{"to": "app.bad"}}, {{"to": "app.good"}}],
                "population": {{"people": 40}}}},
            "app": {{"kind": "server", "endpoints": {{
                "bad": [{{"publish": "kafka.failed", "key": "user"}}],
                "good": [{{"publish": "kafka.paid", "key": "user"}}]}}}},
            "kafka": {{"kind": "kafka", "topics": {{"failed": {{"partitions": 2}}, "paid": {{"partitions": 2}}}}}},
            "job": {{"kind": "stream_patterns", "topics": ["kafka.failed", "kafka.paid"], "key_by": "user",
                "contiguity": "strict", "sequence": [{{"topic": "failed", "times": 3}}], "within": "10s",
                "max_out_of_orderness": "1s"}}}}{}}})",
                                         more));
    };
    const auto quiet = play("");
    check_job(quiet);
    CHECK(of_job(quiet, "matches") > 50);
    CHECK(of_job(quiet, "missed_matches") == 0);
    CHECK(of_job(quiet, "false_matches") == 0);
    CHECK(of_job(quiet, "detection_delay") > 1);
    CHECK(of_job(quiet, "detection_delay") < 1.5);
    const auto crashed =
        play(R"(, "failures": [{"kind": "crash", "target": "job", "at": "30s", "lasts": "5s"}])");
    CHECK(of_job(crashed, "matches") == of_job(quiet, "matches"));
    CHECK(of_job(crashed, "matched_again") > 20);
    CHECK(of_job(crashed, "false_matches") == 0);
}
