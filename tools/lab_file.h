// A lab as it is written: the rows it proves, a scenario (a file beside it, or in place), what to
// vary, the statements of its claim, and the controls: changes that take away what the claim is
// about, each with the statements that it must break and with a claim of its own.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <tuple>
#include <vector>

#include "models/spec/declaration/spec.h"
#include "models/spec/json/json.h"
#include "models/spec/json/problems.h"
#include "models/topology/load.h"
#include "tools/lab_command.h"

namespace tools {

// A statement about the figures of the runs.
struct LabStatement {
    static constexpr std::string_view name = "statement";
    static constexpr std::string_view doc = "One comparison that holds with every seed.";
    std::string expect;
    std::string because;
    bool premise = false;
    static constexpr auto params() {
        using namespace models::spec;
        return std::tuple{
            required("expect", &LabStatement::expect, not_empty(), "What must hold."),
            required(
                "because", &LabStatement::because, not_empty(),
                "Where its number comes from: the row, a source, a formula; of a tolerance how "
                "large chance is."),
            param("premise", &LabStatement::premise,
                  "What the setting must be for the claim to mean anything: no control has to "
                  "break it.")};
    }
};

// What `spate check` has to find, without any run.
struct LabCheck {
    static constexpr std::string_view name = "check";
    static constexpr std::string_view doc = "What a check must say of the scenario.";
    models::spec::Json set;
    std::string says;
    std::string because;
    static constexpr auto params() {
        using namespace models::spec;
        return std::tuple{
            param("set", &LabCheck::set, "Paths and their values, for this check."),
            required("says", &LabCheck::says, not_empty(), "Words of a problem or of a warning."),
            required("because", &LabCheck::because, not_empty(), "Why it should say so.")};
    }
};

// That the scenario is no scenario, and why.
struct LabRefusal {
    static constexpr std::string_view name = "refusal";
    static constexpr std::string_view doc = "How the scenario must be refused.";
    std::string says;
    std::string because;
    static constexpr auto params() {
        using namespace models::spec;
        return std::tuple{
            required("says", &LabRefusal::says, not_empty(), "Words of the message."),
            required("because", &LabRefusal::because, not_empty(), "Why it must be refused.")};
    }
};

// What Prometheus' own tool has to say of the metrics that a run leaves.
struct LabPromql {
    static constexpr std::string_view name = "promql";
    static constexpr std::string_view doc = "A statement in PromQL about a moment of the run.";
    std::string expr;
    sim::Duration at{};
    std::string because;
    bool premise = false;
    static constexpr auto params() {
        using namespace models::spec;
        return std::tuple{
            required("expr", &LabPromql::expr, not_empty(),
                     "PromQL whose value is to be 1, without labels."),
            required("at", &LabPromql::at, at_least(sim::Duration::zero()),
                     "When, since the run began."),
            required("because", &LabPromql::because, not_empty(), "Why it should be so."),
            param("premise", &LabPromql::premise, "As of a statement about figures.")};
    }
};

struct LabControl {
    static constexpr std::string_view name = "control";
    static constexpr std::string_view doc = "Changes that take away what the claim is about.";
    std::string about;
    models::spec::Json set;
    std::vector<std::string> overlays;
    std::vector<std::string> breaks;
    models::spec::Named<LabStatement> claim;
    static constexpr auto params() {
        using namespace models::spec;
        return std::tuple{
            param("about", &LabControl::about, "What it takes away, and what is left."),
            param("set", &LabControl::set, "Paths and their values."),
            param("overlays", &LabControl::overlays, "Files laid over, beside the lab."),
            required("breaks", &LabControl::breaks, not_empty(),
                     "Statements of the lab that fail under it, with every seed."),
            required("claim", &LabControl::claim, not_empty(),
                     "What holds under it, with every seed; some of it only under it.")};
    }
};

struct TryNext {
    static constexpr std::string_view name = "try_next";
    static constexpr std::string_view doc = "A question for the reader.";
    std::string ask;
    std::string run;
    static constexpr auto params() {
        using namespace models::spec;
        return std::tuple{
            required("ask", &TryNext::ask, not_empty(), "The question."),
            param("run", &TryNext::run, "A command that answers it, to be pasted as it is.")};
    }
};

struct Lab {
    static constexpr std::string_view name = "lab";
    static constexpr std::string_view doc = "A claim, the runs that show it, and controls.";
    // What a lab is called whose scenario must be refused.
    static constexpr std::string_view kRefused = "refused";
    std::vector<std::string> rows;
    std::string title;
    std::string about;
    models::spec::Json scenario;
    std::vector<std::string> overlays;
    models::spec::Json set;
    std::string vary;
    models::spec::Json variants;
    std::vector<std::uint64_t> seeds = {1, 2, 3};
    models::spec::Named<LabStatement> claim;
    std::optional<LabRefusal> refused;
    models::spec::Named<LabCheck> checks;
    models::spec::Named<LabPromql> promql;
    models::spec::Named<LabCommand> commands;
    models::spec::Named<LabControl> controls;
    std::vector<TryNext> try_next;
    static constexpr auto gone() {
        return std::array{models::spec::Gone{
            "control", "name it in \"controls\": {NAME: {..., \"breaks\": [STATEMENT]}}"}};
    }
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
            param("claim", &Lab::claim, "What must hold: statements by name."),
            param(
                "refused", &Lab::refused,
                "Instead of a claim: the scenario must be refused, and with a control it must not "
                "be. A statement of the name \"refused\"."),
            param("checks", &Lab::checks,
                  "What `spate check` must say of the scenario; statements as those of the claim."),
            param("promql", &Lab::promql,
                  "What promtool must find true of the metrics of every run; statements as those "
                  "of the claim."),
            param("commands", &Lab::commands,
                  "What commands of spate must say of the scenario, with every seed; statements as "
                  "those of the claim."),
            required("controls", &Lab::controls, not_empty(), "What must break it, by name."),
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

// What a check looks at: the scenario as it is set, under a control (null: under none), and with
// the check's changes.
models::ScenarioSource source_of(const LabFile& file, const LabCheck& check,
                                 const LabControl* control);

// What is played for one variant, under a control or (null) under none.
models::ScenarioSource source_of(const LabFile& file, const std::string& variant,
                                 const LabControl* control);

}  // namespace tools
