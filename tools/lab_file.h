// A lab as it is written: the rows it proves, a scenario (a file beside it, or in place), what to
// vary, the claim, and the control: changes that take away what the claim is about.
#pragma once

#include <filesystem>
#include <string>
#include <tuple>
#include <vector>

#include "models/spec/declaration/spec.h"
#include "models/spec/json/json.h"
#include "models/spec/json/problems.h"
#include "models/topology/load.h"

namespace tools {

struct Control {
    static constexpr std::string_view name = "control";
    static constexpr std::string_view doc = "Changes that must break the claim.";
    models::spec::Json set;
    std::vector<std::string> overlays;
    std::string about;
    static constexpr auto params() {
        using namespace models::spec;
        return std::tuple{param("set", &Control::set, "Paths and their values."),
                          param("overlays", &Control::overlays, "Files laid over, beside the lab."),
                          param("about", &Control::about, "What the control takes away.")};
    }
};

// What `spate check` has to find, without any run.
struct Finding {
    static constexpr std::string_view name = "finding";
    static constexpr std::string_view doc = "What a check must say of the scenario.";
    models::spec::Json set;
    std::string says;
    static constexpr auto params() {
        using namespace models::spec;
        return std::tuple{
            param("set", &Finding::set, "Paths and their values, for this check."),
            required("says", &Finding::says, not_empty(), "Words of a problem or of a warning.")};
    }
};

// What Prometheus' own tool has to say of the metrics that a run leaves.
struct PromqlStatement {
    static constexpr std::string_view name = "statement";
    static constexpr std::string_view doc = "A statement in PromQL about a moment of the run.";
    std::string expr;
    sim::Duration at{};
    static constexpr auto params() {
        using namespace models::spec;
        return std::tuple{required("expr", &PromqlStatement::expr, not_empty(),
                                   "PromQL whose value is to be 1, without labels."),
                          required("at", &PromqlStatement::at, at_least(sim::Duration::zero()),
                                   "When, since the run began.")};
    }
};

struct Lab {
    static constexpr std::string_view name = "lab";
    static constexpr std::string_view doc = "A claim, the runs that show it, and a control.";
    std::vector<std::string> rows;
    std::string title;
    std::string about;
    models::spec::Json scenario;
    std::vector<std::string> overlays;
    models::spec::Json set;
    std::string vary;
    models::spec::Json variants;
    std::vector<std::uint64_t> seeds = {1, 2, 3};
    std::string claim;
    std::string refused;
    std::vector<Finding> checks;
    std::vector<PromqlStatement> promql;
    Control control;
    std::vector<std::string> try_next;
    static constexpr auto params() {
        using namespace models::spec;
        return std::tuple{
            required("rows", &Lab::rows, not_empty(), "The rows it proves."),
            required("title", &Lab::title, "The claim in words."),
            param("about", &Lab::about, "Why it should be so."),
            required("scenario", &Lab::scenario, "A file beside the lab, or a scenario in place."),
            param("overlays", &Lab::overlays, "Files laid over it, beside the lab."),
            param("set", &Lab::set, "Paths and their values, for every run."),
            param("vary", &Lab::vary, "PATH=a,b,c: one variant for each value."),
            param("variants", &Lab::variants,
                  "Instead of vary: names, and for each its paths and their values."),
            param("seeds", &Lab::seeds, not_empty(), "The claim must hold with each."),
            param("claim", &Lab::claim, "What must hold."),
            param("refused", &Lab::refused,
                  "Instead of a claim: the scenario must be refused with a message that has this "
                  "in it, and with the control it must not be."),
            param("checks", &Lab::checks,
                  "What `spate check` must say of the scenario; as much a part of the claim as the "
                  "figures."),
            param("promql", &Lab::promql,
                  "What promtool must find true of the metrics of every run; as much a part of the "
                  "claim as the figures."),
            required("control", &Lab::control, "What must break it."),
            param("try_next", &Lab::try_next, "Questions for the reader.")};
    }
};

// What is played side by side: the values of "PATH=a,b,c" (commas inside of brackets and quotes
// belong to a value), or the names of variants that each set several paths.
struct LabVariants {
    std::string path;                 // empty for named variants
    std::vector<std::string> values;  // one empty value when there is only one way to play
    bool is_one() const { return values.size() == 1 && values.front().empty(); }
};
LabVariants variants_of(const Lab& lab);

// Paths and their values as --set takes them: "nodes.web.replicas=20".
std::vector<std::string> settings_of(const models::spec::Json& set);

// A lab that was read, and the texts that problems with it point into.
struct LabFile {
    std::filesystem::path path;
    Lab lab;
    models::spec::Json document;
    models::spec::Problems problems;
};

LabFile read_lab(const std::filesystem::path& path);

// What a check looks at: the scenario as it is set, with the control or without, and with the
// finding's changes.
models::ScenarioSource source_of(const LabFile& file, const Finding& finding, bool control);

// What is played for one variant, with the control or without.
models::ScenarioSource source_of(const LabFile& file, const std::string& variant, bool control);

}  // namespace tools
