// A small declared tree that uses everything a spec can be made of.
#pragma once

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/family.h"
#include "models/spec/declaration/spec.h"
#include "models/spec/json/document.h"

namespace small_world {

using namespace std::chrono_literals;
using namespace models;
using spec::above;
using spec::at_least;
using spec::at_most;
using spec::param;
using spec::required;

class Balancer {
public:
    static constexpr std::string_view family = "balancers";
    static constexpr std::string_view family_doc = "Which backend gets a request.";
    virtual ~Balancer() = default;
    virtual std::uint32_t sampled() const = 0;
};

class RoundRobin final : public Balancer {
public:
    struct Spec {
        static constexpr std::string_view kind = "round_robin";
        static constexpr std::string_view doc = "Each backend in turn.";
        static constexpr auto params() { return std::tuple{}; }
    };
    explicit RoundRobin(const Spec&, std::uint32_t) {}
    std::uint32_t sampled() const override { return 1; }
};

class LeastRequest final : public Balancer {
public:
    struct Spec {
        static constexpr std::string_view kind = "least_request";
        static constexpr std::string_view doc = "The least busy of a few sampled backends.";
        std::uint32_t choices = 2;
        static constexpr auto params() {
            return std::tuple{
                param("choices", &Spec::choices, at_least(1), "Backends sampled for each pick.")};
        }
    };
    LeastRequest(const Spec& spec, std::uint32_t extra) : sampled_(spec.choices + extra) {}
    std::uint32_t sampled() const override { return sampled_; }

private:
    std::uint32_t sampled_;
};

struct Balancers : Family<Balancers, Balancer, std::uint32_t> {
    static const List& list() {
        static const List list = list_of(All<RoundRobin, LeastRequest>());
        return list;
    }
};

struct Step;
struct Branch;

struct Work {
    static constexpr std::string_view key = "work";
    static constexpr std::string_view doc = "Uses a core.";
    spec::Distribution<sim::Duration> time = 5ms;
    static constexpr auto body() { return param("work", &Work::time, "Core time."); }
};

struct Call {
    static constexpr std::string_view key = "call";
    static constexpr std::string_view doc = "Calls another node.";
    spec::CallRef to;
    std::optional<sim::Duration> timeout;
    static constexpr auto body() { return param("call", &Call::to, "The node called."); }
    static constexpr auto params() {
        return std::tuple{param("timeout", &Call::timeout, above(0s), "How long to wait.")};
    }
};

struct Fail {
    static constexpr std::string_view key = "fail";
    static constexpr std::string_view doc = "Answers with an error.";
    sim::Fraction share{1};
    static constexpr auto params() {
        return std::tuple{param("share", &Fail::share, "How often.")};
    }
};

struct Parallel {
    static constexpr std::string_view key = "parallel";
    static constexpr std::string_view doc = "Lists of steps side by side.";
    std::vector<std::vector<Step>> branches;
    static constexpr auto body() { return param("parallel", &Parallel::branches, "The lists."); }
};

struct Choose {
    static constexpr std::string_view key = "choose";
    static constexpr std::string_view doc = "One of several lists of steps.";
    std::vector<Branch> branches;
    static constexpr auto body() {
        return param("choose", &Choose::branches, spec::not_empty(), "What is chosen from.");
    }
};

struct Step : spec::Tagged<Work, Call, Fail, Parallel, Choose> {
    static constexpr std::string_view name = "step";
    static constexpr std::string_view doc = "What an endpoint does next.";
    using Tagged::Tagged;
};

struct Branch {
    static constexpr std::string_view name = "branch";
    static constexpr std::string_view doc = "A list of steps, and how often it is chosen.";
    double weight = 1;
    std::vector<Step> steps;
    static constexpr auto params() {
        return std::tuple{param("weight", &Branch::weight, at_least(0), "Its weight."),
                          param("steps", &Branch::steps, "What it does.")};
    }
};

enum class Order { kFifo, kLifo };
constexpr auto names_of(Order) {
    return std::array{spec::Word{"fifo", Order::kFifo, "First come, first served."},
                      spec::Word{"lifo", Order::kLifo, "Last come, first served."}};
}

struct Replicas {
    static constexpr std::string_view name = "replicas";
    static constexpr std::string_view doc = "How many there may be.";
    std::uint32_t min = 1;
    std::uint32_t max = 8;
    static constexpr auto params() {
        return std::tuple{param("min", &Replicas::min, at_least(1), "The fewest."),
                          param("max", &Replicas::max, at_most(1000), "The most.")};
    }
    void check(spec::Check& check) const { check.that(min <= max, "min", "min is above max"); }
};

struct World {
    static constexpr std::string_view name = "world";
    static constexpr std::string_view doc = "A small declared tree.";
    std::string title;
    spec::Choice<Balancers> balancer = LeastRequest::Spec{};
    spec::Named<std::vector<Step>> endpoints;
    Order order = Order::kFifo;
    Replicas replicas{2, 4};
    sim::Duration limit = 250ms;
    sim::Bytes memory{65536};
    sim::Price price{0.1};
    sim::Fraction share{0.25};
    std::vector<sim::Rate> rates;
    spec::Distribution<sim::Bytes> size = sim::Bytes{100};
    std::optional<spec::SendRef> log;
    std::optional<spec::MentionRef> zone_of;
    int offset = 0;
    bool sticky = false;
    static constexpr auto params() {
        return std::tuple{
            required("title", &World::title, "What it is called."),
            param("balancer", &World::balancer, "Who gets a request."),
            param("endpoints", &World::endpoints, "What it answers."),
            param("order", &World::order, "Who is served first."),
            param("replicas", &World::replicas, "How many."),
            param("limit", &World::limit, at_least(1ms), at_most(1min), "How long it may take."),
            param("memory", &World::memory, "What it holds."),
            param("price", &World::price, "What one costs."),
            param("share", &World::share, at_most(0.5), "How many are sampled."),
            param("rates", &World::rates, at_least(sim::Rate{1}), "The stages."),
            param("size", &World::size, "How large answers are."),
            param("log", &World::log, "Where events go."),
            param("zone_of", &World::zone_of, "Whose zone it shares."),
            param("offset", &World::offset, spec::between(-5, 5), "The offset."),
            param("sticky", &World::sticky, "Whether clients stay.")};
    }
};

// A parsed text with all that was wrong with it, as "line:column message (hint)".
template <class T>
struct Parsed {
    T value;
    std::vector<std::string> problems;
};

inline std::vector<std::string> lines_of(const spec::Problems& problems) {
    std::vector<std::string> lines;
    for (const spec::Problem& problem : problems.sorted()) {
        lines.push_back(std::to_string(problem.place.line) + ':' +
                        std::to_string(problem.place.column) + ' ' + problem.message +
                        (problem.hint.empty() ? "" : " (" + problem.hint + ")"));
    }
    return lines;
}

template <class T>
Parsed<T> parsed(std::string text) {
    spec::Problems problems;
    const spec::Json document = spec::read("test.json", std::move(text), problems);
    T value = spec::parse<T>(document, problems);
    return {std::move(value), lines_of(problems)};
}

using Lines = std::vector<std::string>;

}  // namespace small_world

// So that a failed claim shows the lines it was about.
template <>
struct doctest::StringMaker<small_world::Lines> {
    static String convert(const small_world::Lines& lines) {
        std::string text;
        for (const std::string& line : lines) text += "\n    " + line;
        return text.c_str();
    }
};
