// Traces: what is read, and what is wrong with what cannot be.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <filesystem>
#include <fstream>

#include "models/arrivals/traces/trace_file.h"
#include "tests/support/play.h"

namespace {

namespace fs = std::filesystem;

models::TraceError error_of(const std::string& text) {
    models::TraceError error;
    CHECK_MESSAGE(models::read_trace(text, error) == nullptr, text);
    return error;
}

// A folder with a scenario's data, gone afterwards.
struct Folder {
    fs::path path = fs::temp_directory_path() / "spate_trace_test";
    Folder() {
        fs::remove_all(path);
        fs::create_directories(path / "inside" / "below");
    }
    ~Folder() { fs::remove_all(path); }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(path / name) << text;
    }
    models::Loaded load(const std::string& file, const std::string& more = "") const {
        return models::load({(path / "inside" / "scenario.json").string(),
                             {},
                             {},
                             R"({"run": {"measure": "1min"}, "nodes": {"db": {"kind": "database",
                                 "queries": {"a": "1ms", "b": "1ms"}},
                                 "c": {"kind": "open_loop", "calls": [{"to": "db.a"}, {"to": "db.b"}],
                                 "arrivals": {"kind": "trace", "file": ")" +
                                 file + "\"" + more + "}}}}"});
    }
    std::string problems(const std::string& file) const { return load(file).problems.render(); }
};

void check_has(const std::string& text, const std::string& part) {
    CHECK_MESSAGE(text.find(part) != std::string::npos, text);
}

}  // namespace

TEST_CASE("a CSV says which columns it has, in any order") {
    models::TraceError error;
    const auto trace = models::read_trace(
        "# from Monday\nkey, time ,write,address,endpoint\r\n7,0.25,1,10.0.0.9,a\n\n"
        "9,0.1,0,255.255.255.255,b\n3,3.000000001,0,0.0.0.0,a\n",
        error);
    REQUIRE_MESSAGE(trace != nullptr, error.message);
    REQUIRE(trace->requests.size() == 3);
    CHECK(trace->has_key);
    CHECK(trace->has_endpoint);
    CHECK(!trace->has_user);
    CHECK(trace->endpoints == std::vector<std::string>{"a", "b"});
    CHECK(trace->requests[0].at == std::chrono::milliseconds(100));  // in order of time
    CHECK(trace->requests[0].address == ~0U);
    CHECK(trace->requests[1].key == 7);
    CHECK(trace->requests[1].is_write);
    CHECK(trace->requests[2].at == std::chrono::nanoseconds(3'000'000'001));
}

TEST_CASE("times have their column's unit, exactly, and there are as many labels as there are") {
    models::TraceError error;
    const auto trace = models::read_trace(
        "time_us,work_ms,latency_s,wait_ns,backend,status,worker\n"
        "2500000.25,0.000001,1.5,7,10.0.0.1:80,200,3\n1,12,0,0,-,0,0\n0,1,0,0,10.0.0.2:80,503,1\n",
        error);
    REQUIRE_MESSAGE(trace != nullptr, error.message);
    CHECK(trace->has_work);
    CHECK(trace->is_measured());
    REQUIRE(trace->requests.size() == 3);
    const models::TracedRequest& last = trace->requests.back();
    CHECK(last.at == std::chrono::nanoseconds(2'500'000'250));
    CHECK(last.work == std::chrono::nanoseconds(1));
    CHECK(last.worker == 3);
    CHECK(last.row == 0);
    CHECK(trace->requests.front().row == 2);
    CHECK(trace->requests[1].work == std::chrono::milliseconds(12));
    REQUIRE(trace->measured.size() == 3);
    CHECK(trace->measured[0].latency == std::chrono::milliseconds(1500));
    CHECK(trace->measured[1].backend == models::TracedRequest::kNobody);
    CHECK(trace->measured[2].status == 503);
    CHECK(trace->backends == std::vector<std::string>{"10.0.0.1:80", "10.0.0.2:80"});
    std::string labels = "time,endpoint\n";
    for (int i = 0; i < 70'000; ++i) labels += fmt::format("{},path{}\n", i, i);
    const auto many = models::read_trace(labels, error);
    REQUIRE(many != nullptr);
    CHECK(many->endpoints.size() == 70'000);
    CHECK(many->requests.back().endpoint == 69'999);
    CHECK(error_of("time,time_ms\n").message == "there are two columns \"time\"");
    CHECK(error_of("time,key_ms\n").message == "\"key_ms\" is no column of a trace");
    CHECK(error_of("time,worker\n1,1000\n").message == "\"1000\" is no number of a worker, from 0");
    CHECK(error_of("time,status\n1,600\n").message == "\"600\" is no HTTP status, 0 to 599");
    CHECK(error_of("time_ns\n99999999999999999999\n").line == 2);
}

namespace {

// Work by row, and a pool of two: what is followed goes where the trace says.
models::Loaded followed(const Folder& folder, const std::string& pool, const std::string& work) {
    models::ScenarioSource source{};
    source.file = (folder.path / "inside" / "scenario.json").string();
    source.text = R"({"run": {"measure": "20s"}, "nodes": {
        "c": {"kind": "open_loop", "calls": "lb", "arrivals": {"kind": "trace", "file": "t.csv"}},
        "lb": {"kind": "pool", "of": "web", "balancer": "round_robin")" +
                  pool + R"(},
        "web": {"kind": "server", "replicas": 2, "cores": 1, "scheduling": "fcfs",
                "endpoints": {"get": [{"work": "1s")" +
                  work + "}]}}}}";
    return models::load(source);
}

}  // namespace

TEST_CASE("a traced request does its own work, comes by its worker, and is found again") {
    const Folder folder;
    folder.write("inside/t.csv", "time,work_ms,worker,latency\n0,500,0,1\n1,1500,0,1\n2,250,1,1\n");
    const models::Loaded loaded = followed(folder, R"(, "replicas": 2)", R"(, "traced": true)");
    REQUIRE_MESSAGE(loaded.scenario, loaded.problems.render());
    const sim::Recording run = models::simulate(*loaded.scenario, {1, 0});
    REQUIRE(run.replayed.size() == 1);
    const sim::Replayed& replayed = run.replayed.front();
    CHECK(replayed.client == "c");
    REQUIRE(replayed.requests.size() == 3);
    // The third comes by the second balancer, whose first turn is with the first server: idle.
    const std::vector<int> latencies = {500, 1500, 250};
    const std::vector<std::string> targets = {"web[0]", "web[1]", "web[0]"};
    for (std::size_t i = 0; i < 3; ++i) {
        CAPTURE(i);
        CHECK(replayed.requests[i].has_ended);
        CHECK(replayed.requests[i].latency == std::chrono::milliseconds(latencies[i]));
        CHECK(replayed.targets[replayed.requests[i].target].name == targets[i]);
    }
}

TEST_CASE("a column that nothing would follow is a problem") {
    const Folder folder;
    folder.write("inside/t.csv", "time,work\n1,1\n");
    check_has(followed(folder, "", "").problems.render(), "no step follows it");
    folder.write("inside/t.csv", "time,worker\n1,2\n");
    check_has(followed(folder, R"(, "replicas": 2)", "").problems.render(),
              "the trace names 3 workers, and no pool has as many");
    CHECK(followed(folder, R"(, "replicas": 3)", "").scenario);
}

TEST_CASE("an access log says who asked when for what") {
    models::TraceError error;
    const auto trace = models::read_trace(
        R"(10.0.0.9 - - [16/Mar/2020:09:00:01 +0900] "GET /courses/7 HTTP/1.1" 200 5120 "-" "x"
10.0.0.9 - bob [16/Mar/2020:00:00:03 +0000] "POST /orders HTTP/1.1" 201 17
2001:db8::1 - - [16/Mar/2020:09:00:02 +0900] "GET /courses/7 HTTP/1.1" 304 -
)",
        error);
    REQUIRE_MESSAGE(trace != nullptr, error.message);
    REQUIRE(trace->requests.size() == 3);
    CHECK(trace->requests[0].at == std::chrono::seconds(0));
    CHECK(trace->requests[1].at == std::chrono::seconds(1));
    CHECK(trace->requests[2].at == std::chrono::seconds(2));
    CHECK(trace->requests[0].key == trace->requests[1].key);
    CHECK(trace->requests[0].address == (10U << 24U | 9U));
    CHECK(trace->requests[2].address == trace->requests[0].address);
    CHECK(trace->requests[2].is_write);
    CHECK(!trace->requests[1].is_write);
}

TEST_CASE("what is wrong with a trace is said with its line") {
    CHECK(error_of("").message == "there is no request in it");
    CHECK(error_of("time\n").message == "there is no request in it");
    CHECK(error_of("key,user\n1,2\n").message == "there is no column \"time\"");
    CHECK(error_of("time,time\n").message == "there are two columns \"time\"");
    CHECK(error_of("time,colour\n").message == "\"colour\" is no column of a trace");
    const auto bad = [](const std::string& line) { return error_of("time,key\n1,1\n" + line); };
    CHECK(bad("-1,1").message == "a time cannot be negative");
    CHECK(bad("-1,1").line == 3);
    CHECK(bad("-1,1").offset == 13);
    CHECK(bad("x,1").message == "\"x\" is no time of up to 366 days");
    CHECK(bad("1e3,1").line == 3);
    CHECK(bad("99999999999,1").message.find("up to 366 days") != std::string::npos);
    CHECK(bad("1").message == "1 fields, and the header has 2");
    CHECK(bad("1,2,3").message == "3 fields, and the header has 2");
    CHECK(bad("1,-2").message == "\"-2\" is no whole number");
    CHECK(bad("1,99999999999999999999999").message.find("no whole number") != std::string::npos);
    CHECK(error_of("time,address\n1,10.0.0\n").message == "\"10.0.0\" is no IPv4 address");
    CHECK(error_of("time,write\n1,yes\n").message == "\"yes\" is no 0 or 1");
    CHECK(error_of("1.1.1.1 - - [16/Mar/2020:09:00:01 +0900] \"GET / H\" 200 1\nrubbish\n").line ==
          2);
    CHECK(error_of("1.1.1.1 - - [32/Mar/2020:09:00:01 +0900] \"GET / H\" 200 1\n").line == 1);
    models::TraceError error;
    CHECK(models::read_trace("time\n1\n2\n3\n", error, 2) == nullptr);
    CHECK(error.message == "more than 2 requests");
    CHECK(error.line == 4);
    CHECK(models::read_trace("time\n1\n2\n", error, 2) != nullptr);
}

TEST_CASE("a trace lies beside the scenario; nothing outside of its folder is opened") {
    const Folder folder;
    folder.write("inside/trace.csv", "time,key\n1,1\n2,5\n");
    folder.write("inside/below/trace.csv", "time\n1\n");
    folder.write("outside.csv", "time\n1\n");
    folder.write("inside/bad.csv", "time,key\n1,1\noops,2\n");
    fs::create_symlink(folder.path / "outside.csv", folder.path / "inside" / "link.csv");
    CHECK(folder.problems("trace.csv").empty());
    CHECK(folder.problems("below/trace.csv").empty());
    check_has(folder.problems("missing.csv"), "there is no such file");
    check_has(folder.problems("../outside.csv"), "outside of the scenario's folder");
    check_has(folder.problems("below/../../outside.csv"), "outside of the scenario's folder");
    check_has(folder.problems("link.csv"), "outside of the scenario's folder");
    check_has(folder.problems("/etc/passwd"), "outside of the scenario's folder");
    check_has(folder.problems("below"), "no file with data");
    check_has(folder.problems(""), "the name of a file is missing");
    const std::string bad = folder.problems("bad.csv");
    check_has(bad, "bad.csv:3:1: \"oops\" is no time");
    check_has(bad, "oops,2");
    folder.write("inside/other.csv", "time,endpoint\n1,a\n2,z\n");
    check_has(folder.problems("other.csv"), "the trace asks for \"z\"");
    // The trace is part of what the run was made from.
    const std::string before = folder.load("trace.csv").sha256;
    folder.write("inside/trace.csv", "time,key\n1,1\n2,6\n");
    CHECK(folder.load("trace.csv").sha256 != before);
}

TEST_CASE("a trace is replayed as it came, or faster") {
    const Folder folder;
    folder.write("inside/t.csv", "time,endpoint,write\n1,a,1\n1,b,0\n5.5,a,0\n30,b,1\n50,a,0\n");
    const auto play = [&](const std::string& more) {
        return models::simulate(*folder.load("t.csv", more).scenario, {1, 0});
    };
    const auto run = play("");
    const auto& clients = support::node(run, "c");
    CHECK(clients.totals.offered == 5);
    CHECK(clients.writes == 2);
    CHECK(clients.slices[1].arrived == 2);
    CHECK(clients.slices[5].arrived == 1);
    CHECK(clients.slices[30].arrived == 1);
    REQUIRE(clients.splits.size() == 2);
    CHECK(clients.splits[0].totals.offered == 3);
    const auto fast = play(R"(, "speed": 10)");
    CHECK(support::node(fast, "c").slices[5].arrived == 1);
    CHECK(support::node(fast, "c").slices[0].arrived == 3);
    CHECK(support::node(play(R"(, "spread": "1s")"), "c").totals.offered == 5);
}
