// spate lab: claims about the source's rows, each with a control that must break it.
//
// A lab file holds the rows it proves, a scenario (a file beside it, or in place), what to vary,
// the claim, and the control: changes that take away what the claim is about. A row is proven when
// its claim holds with every seed and fails with every seed under the control.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <thread>

#include "models/spec/json_text.h"
#include "models/spec/source_file.h"
#include "models/spec/spec.h"
#include "reports/render/text.h"
#include "tools/command.h"

namespace tools {

namespace {

namespace spec = models::spec;

struct Control {
    static constexpr std::string_view name = "control";
    static constexpr std::string_view doc = "Changes that must break the claim.";
    spec::Json set;
    std::string about;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{required("set", &Control::set, "Paths and their values."),
                          param("about", &Control::about, "What the control takes away.")};
    }
};

struct Lab {
    static constexpr std::string_view name = "lab";
    static constexpr std::string_view doc = "A claim, the runs that show it, and a control.";
    std::vector<std::string> rows;
    std::string title;
    std::string about;
    spec::Json scenario;
    std::vector<std::string> overlays;
    spec::Json set;
    std::string vary;
    std::vector<std::uint64_t> seeds = {1, 2, 3};
    std::string claim;
    Control control;
    std::vector<std::string> try_next;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            required("rows", &Lab::rows, not_empty(), "The rows it proves."),
            required("title", &Lab::title, "The claim in words."),
            param("about", &Lab::about, "Why it should be so."),
            required("scenario", &Lab::scenario, "A file beside the lab, or a scenario in place."),
            param("overlays", &Lab::overlays, "Files laid over it, beside the lab."),
            param("set", &Lab::set, "Paths and their values, for every run."),
            param("vary", &Lab::vary, "PATH=a,b,c: one variant for each value."),
            param("seeds", &Lab::seeds, not_empty(), "The claim must hold with each."),
            required("claim", &Lab::claim, "What must hold."),
            required("control", &Lab::control, "What must break it."),
            param("try_next", &Lab::try_next, "Questions for the reader.")};
    }
};

struct Result {
    std::vector<std::string> rows;
    std::string file;
    std::string title;
    bool held = false;
    bool control_broke = false;
    std::string why;  // empty when proven
    bool proven() const { return held && control_broke; }
};

struct Variants {
    std::string path;
    std::vector<std::string> values;  // empty: one run without a name
};

Variants variants_of(const std::string& vary) {
    Variants variants;
    const std::size_t equals = vary.find('=');
    if (equals == std::string::npos) return variants;
    variants.path = vary.substr(0, equals);
    std::string rest = vary.substr(equals + 1);
    for (std::size_t comma = rest.find(','); comma != std::string::npos; comma = rest.find(',')) {
        variants.values.push_back(rest.substr(0, comma));
        rest.erase(0, comma + 1);
    }
    variants.values.push_back(rest);
    return variants;
}

std::vector<std::string> settings_of(const spec::Json& set) {
    std::vector<std::string> settings;
    if (const auto* object = set.object()) {
        for (const auto& member : *object) {
            settings.push_back(member.name + "=" + spec::compact_text(member.value));
        }
    }
    return settings;
}

models::ScenarioSource source_of(const Lab& lab, const std::filesystem::path& file) {
    models::ScenarioSource source;
    if (const std::string* path = lab.scenario.text()) {
        source.file = (file.parent_path() / *path).string();
    } else {
        source.file = file.string();
        source.text = spec::compact_text(lab.scenario);
    }
    for (const std::string& overlay : lab.overlays) {
        source.overlays.push_back((file.parent_path() / overlay).string());
    }
    source.sets = settings_of(lab.set);
    return source;
}

enum class Claim { held, failed, mixed, wrong };

class Runner {
public:
    Runner(const Lab& lab, const std::filesystem::path& file)
        : lab_(lab), source_(source_of(lab, file)), variants_(variants_of(lab.vary)) {}

    // Plays every variant with every seed and asks whether the claim holds.
    Claim ask(const std::vector<std::string>& settings) {
        models::ScenarioSource source = source_;
        source.sets.insert(source.sets.end(), settings.begin(), settings.end());
        std::size_t held = 0;
        for (const std::uint64_t seed : lab_.seeds) {
            std::map<std::string, reports::Summary> results;
            if (!play_variants(source, seed, results)) return Claim::wrong;
            const auto claim = expectations({lab_.claim}, {nodes_, variants_.values});
            if (!claim) return Claim::wrong;
            const auto look_up = [&](const std::string& variant) -> const reports::Summary& {
                return results.at(variant);
            };
            held += claim->front().holds(look_up) ? 1 : 0;
        }
        if (held == lab_.seeds.size()) return Claim::held;
        return held == 0 ? Claim::failed : Claim::mixed;
    }

private:
    bool play_variants(const models::ScenarioSource& source, std::uint64_t seed,
                       std::map<std::string, reports::Summary>& results) {
        const std::vector<std::string> names =
            variants_.values.empty() ? std::vector<std::string>{""} : variants_.values;
        for (const std::string& name : names) {
            models::ScenarioSource one = source;
            if (!name.empty()) one.sets.push_back(variants_.path + "=" + name);
            const models::Loaded loaded = models::load(one);
            if (!loaded.scenario) {
                fmt::print(stderr, "{}", loaded.problems.render());
                return false;
            }
            nodes_ = names_of_nodes(*loaded.scenario);
            if (!fits_in_memory(*loaded.scenario)) return false;
            const Played played = play(*loaded.scenario, {seed, 1, 1, false});
            if (played.interrupted) return false;
            results[name] = reports::summarise(played.recordings);
        }
        return true;
    }

    const Lab& lab_;
    models::ScenarioSource source_;
    Variants variants_;
    std::vector<std::string> nodes_;
};

std::optional<Lab> read_lab(const std::filesystem::path& file) {
    spec::Problems problems;
    const spec::Json document = spec::read_file(file.string(), problems);
    Lab lab = spec::parse<Lab>(document, problems);
    if (problems.empty() && !lab.vary.empty() && variants_of(lab.vary).values.empty()) {
        problems.add({spec::nearest_place(document, "/vary"), "/vary", "expected PATH=a,b,c", ""});
    }
    if (problems.empty()) return lab;
    fmt::print(stderr, "{}", problems.render());
    return std::nullopt;
}

// None when the lab itself is wrong.
std::optional<Result> run_lab(const std::filesystem::path& file, const Lab& lab) {
    Runner runner(lab, file);
    const Claim plain = runner.ask({});
    if (plain == Claim::wrong) return std::nullopt;
    const Claim control = runner.ask(settings_of(lab.control.set));
    if (control == Claim::wrong) return std::nullopt;
    Result result{
        lab.rows, file.string(), lab.title, plain == Claim::held, control == Claim::failed, {}};
    if (!result.held) {
        result.why = plain == Claim::mixed ? "the claim fails with some seeds" : "the claim fails";
    } else if (!result.control_broke) {
        result.why = "the control does not break the claim";
    }
    return result;
}

struct Options {
    std::vector<std::string> rows;
    std::string folder = "scenarios/labs";
    std::string format = "text";
};

bool is_file(const std::string& name) {
    return name.ends_with(".json");
}

// "CV-06" asks for a row, "CV" for all rows of a group, "all" for every lab.
bool asks_for(const std::string& asked, const std::string& row) {
    return asked == "all" || asked == row || row.starts_with(asked + "-");
}

std::vector<std::filesystem::path> lab_files(const Options& options) {
    std::vector<std::filesystem::path> files;
    for (const std::string& asked : options.rows) {
        if (is_file(asked)) files.emplace_back(asked);
    }
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(options.folder, error)) {
        if (is_file(entry.path().string())) files.push_back(entry.path());
    }
    std::ranges::sort(files);
    return files;
}

std::string json_report(const std::vector<Result>& results, const std::set<std::string>& missing) {
    spec::Json::List rows;
    std::size_t proven = 0;
    std::size_t not_proven = missing.size();
    for (const Result& result : results) {
        for (const std::string& row : result.rows) {
            spec::Json each;
            each.put("row", row);
            each.put("lab", result.file);
            each.put("held", result.held);
            each.put("control_broke", result.control_broke);
            each.put("proven", result.proven());
            each.put("why", result.why.empty() ? spec::Json() : spec::Json(result.why));
            rows.push_back(std::move(each));
            ++(result.proven() ? proven : not_proven);
        }
    }
    for (const std::string& row : missing) {
        spec::Json each;
        each.put("row", row);
        each.put("lab", spec::Json());
        each.put("held", false);
        each.put("control_broke", false);
        each.put("proven", false);
        each.put("why", "there is no lab for it");
        rows.push_back(std::move(each));
    }
    spec::Json report;
    report.put("rows", std::move(rows));
    report.put("proven", proven);
    report.put("not_proven", not_proven);
    return spec::indented_text(report) + "\n";
}

void print_line(const std::string& row, bool proven, const std::string& title,
                const std::string& why) {
    fmt::print("{:<8} {:<11} {}{}\n", row, proven ? "proven" : "not proven",
               reports::printable(title), why.empty() ? "" : ": " + why);
}

int lab(const Options& options) {
    std::vector<Result> results;
    std::set<std::string> missing;
    for (const std::string& asked : options.rows) {
        if (!is_file(asked) && asked != "all") missing.insert(asked);
    }
    std::size_t proven = 0;
    std::size_t not_proven = 0;
    for (const std::filesystem::path& file : lab_files(options)) {
        const std::optional<Lab> lab = read_lab(file);
        if (!lab) return kWrong;
        const bool wanted = std::ranges::any_of(options.rows, [&](const std::string& asked) {
            return asked == file.string() ||
                   std::ranges::any_of(
                       lab->rows, [&](const std::string& row) { return asks_for(asked, row); });
        });
        if (!wanted) continue;
        for (const std::string& row : lab->rows) {
            std::erase_if(missing, [&](const std::string& asked) { return asks_for(asked, row); });
        }
        const std::optional<Result> result = run_lab(file, *lab);
        if (!result) return kWrong;
        (result->proven() ? proven : not_proven) += result->rows.size();
        results.push_back(*result);
        if (options.format == "json") continue;
        for (const std::string& row : result->rows) {
            print_line(row, result->proven(), result->title, result->why);
        }
    }
    not_proven += missing.size();
    if (options.format == "json") {
        fmt::print("{}", json_report(results, missing));
    } else {
        for (const std::string& row : missing) print_line(row, false, "there is no lab for it", "");
        fmt::print("{} proven, {} not proven\n", proven, not_proven);
    }
    return not_proven == 0 && proven > 0 ? kOk : kCrossed;
}

}  // namespace

Command lab_command(CLI::App& program) {
    CLI::App* const app =
        program.add_subcommand("lab", "Run labs: a claim must hold and its control must break it");
    auto options = std::make_shared<Options>();
    app->add_option("ROW", options->rows, "Rows (CV-06), groups (CV), lab files, or all")
        ->required();
    app->add_option("--labs", options->folder, "Where the labs are")->capture_default_str();
    app->add_option("--format", options->format, "text or json")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    return {app, [options] { return lab(*options); }};
}

}  // namespace tools
