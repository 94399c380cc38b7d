#include "tools/sample_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>

#include "models/spec/json/json_text.h"
#include "reports/statistics/undefined.h"
#include "tools/json_line.h"

namespace tools {

namespace {

namespace spec = models::spec;

constexpr std::string_view kSampleSchema = "spate.sample/1";
// In the order of reports::Dimension.
constexpr std::array<std::string_view, 7> kDimensions = {"plain", "time",  "share", "rate",
                                                         "money", "bytes", "truth"};

// Of those that are undefined none is there.
spec::Json by_name(const std::vector<double>& values, const reports::ComparedFigures& figures) {
    spec::Json::Object object;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!std::isnan(values[i])) object.push_back({figures[i].name, exact(values[i]), {}});
    }
    return object;
}

spec::Json sampled(const reports::Verdict& verdict) {
    spec::Json json;
    json.put("expr", verdict.expr);
    json.put("value", exact(verdict.value.number));
    json.put("dimension", kDimensions[static_cast<std::size_t>(verdict.value.dimension)]);
    json.put("waited_s", exact(verdict.value.waited_s));
    json.put("held", verdict.held);
    return json;
}

spec::Json sampled(const reports::Wait& wait) {
    spec::Json json;
    json.put("node", wait.node);
    json.put("resource", wait.resource);
    json.put("waits_s", exact(wait.waits_s));
    return json;
}

template <class T>
spec::Json list_of_sampled(const std::vector<T>& all) {
    spec::Json::List list;
    for (const T& each : all) list.push_back(sampled(each));
    return list;
}

// The state that Fingerprint::value() came from: each of its steps has an inverse.
std::optional<sim::Fingerprint> fingerprint_of(const std::string& hex) {
    static_assert(sizeof(sim::Fingerprint) == sizeof(std::uint64_t));
    std::uint64_t value = 0;
    const char* const last = hex.data() + hex.size();
    const auto [end, error] = std::from_chars(hex.data(), last, value, 16);
    if (hex.size() != 16 || error != std::errc() || end != last) return std::nullopt;
    // Newton's iteration doubles the bits that are right; an odd number is its own inverse to 3.
    constexpr std::uint64_t kOdd = 0xe9846af9b1a615du;
    std::uint64_t inverse = kOdd;
    for (int i = 0; i < 5; ++i) inverse *= 2 - kOdd * inverse;
    value ^= (value >> 28) ^ (value >> 56);
    value *= inverse;
    value ^= value >> 32;
    value *= inverse;
    value ^= value >> 32;
    return std::bit_cast<sim::Fingerprint>(value);
}

class SampleReader {
public:
    SampleReader(const spec::Json& json, const reports::ComparedFigures& figures,
                 std::string& problem)
        : line_(json, problem), figures_(figures), problem_(problem) {}

    reports::Sample read() {
        reports::Sample sample;
        sample.figures = figures("figures");
        sample.waited_s = figures("waited_s");
        for (const spec::Json& each : line_.list("expect"))
            sample.verdicts.push_back(verdict(each));
        sample.offered = line_.count("offered");
        sample.ended = line_.count("ended");
        sample.fingerprint = fingerprint("fingerprint");
        sample.arrivals = fingerprint("arrivals");
        sample.balanced = line_.text("balanced");
        sample.limited_by = line_.text("limited_by");
        sample.culprit = line_.text("culprit");
        for (const spec::Json& each : line_.list("waits")) {
            JsonMembers wait(each, problem_);
            sample.waits.push_back(
                {wait.text("node"), wait.text("resource"), wait.number("waits_s")});
        }
        if (line_.has("settles_s")) {
            sample.warm_up = reports::WarmUp{line_.number("settles_s"), line_.truth("settled")};
        }
        sample.simulated_s = line_.number("simulated_s");
        sample.warm_up_s = line_.number("warm_up_s");
        sample.out_of_room = line_.truth("out_of_room");
        return sample;
    }

private:
    void tell(const std::string& problem) {
        if (problem_.empty()) problem_ = problem;
    }

    // In the order of the figures, as they were written.
    std::vector<double> figures(std::string_view name) {
        std::vector<double> values(figures_.size(), reports::kUndefined);
        std::size_t at = 0;
        for (const spec::Member& member : line_.object(name)) {
            while (at < figures_.size() && figures_[at].name != member.name) ++at;
            if (at == figures_.size()) {
                tell(fmt::format("\"{}\" has other figures than are asked for", name));
                return values;
            }
            const auto number = exact_number(member.value);
            if (!number) tell(fmt::format("\"{}\" should be numbers", name));
            values[at] = number.value_or(reports::kUndefined);
        }
        return values;
    }

    sim::Fingerprint fingerprint(std::string_view name) {
        const auto found = fingerprint_of(line_.text(name));
        if (!found) tell(fmt::format("\"{}\" should be 16 hexadecimal digits", name));
        return found.value_or(sim::Fingerprint());
    }

    reports::Verdict verdict(const spec::Json& json) {
        JsonMembers members(json, problem_);
        reports::Verdict verdict{members.text("expr"), {}, members.truth("held")};
        const auto dimension = std::ranges::find(kDimensions, members.text("dimension"));
        if (dimension == kDimensions.end()) {
            tell("\"dimension\" is none that is known");
        } else {
            verdict.value.dimension =
                static_cast<reports::Dimension>(dimension - kDimensions.begin());
        }
        verdict.value.number = members.number("value");
        verdict.value.waited_s = members.number("waited_s");
        return verdict;
    }

    JsonMembers line_;
    const reports::ComparedFigures& figures_;
    std::string& problem_;
};

}  // namespace

std::string line_of(const reports::Sample& sample, const reports::ComparedFigures& figures,
                    const std::string& job) {
    spec::Json json;
    json.put("schema", kSampleSchema);
    json.put("job", job);
    json.put("figures", by_name(sample.figures, figures));
    json.put("waited_s", by_name(sample.waited_s, figures));
    json.put("expect", list_of_sampled(sample.verdicts));
    json.put("offered", sample.offered);
    json.put("ended", sample.ended);
    json.put("fingerprint", sample.fingerprint.hex());
    json.put("arrivals", sample.arrivals.hex());
    json.put("balanced", sample.balanced);
    json.put("limited_by", sample.limited_by);
    json.put("culprit", sample.culprit);
    json.put("waits", list_of_sampled(sample.waits));
    if (sample.warm_up) {
        json.put("settles_s", exact(sample.warm_up->cut_s));
        json.put("settled", sample.warm_up->settled);
    }
    json.put("simulated_s", exact(sample.simulated_s));
    json.put("warm_up_s", exact(sample.warm_up_s));
    json.put("out_of_room", sample.out_of_room);
    return spec::compact_text(json) + "\n";
}

std::optional<SampleLine> read_sample_line(const std::string& line, std::string& problem) {
    auto json = read_line(line, problem);
    if (!json) return std::nullopt;
    JsonMembers members(*json, problem);
    const std::string schema = members.text("schema");
    std::string job = members.text("job");
    if (problem.empty() && schema != kSampleSchema)
        problem = fmt::format("it is no {}", kSampleSchema);
    if (!problem.empty()) return std::nullopt;
    return SampleLine{std::move(job), std::move(*json)};
}

std::optional<reports::Sample> sample_of(const SampleLine& line,
                                         const reports::ComparedFigures& figures,
                                         std::string& problem) {
    reports::Sample sample = SampleReader(line.json, figures, problem).read();
    if (!problem.empty()) return std::nullopt;
    return sample;
}

}  // namespace tools
