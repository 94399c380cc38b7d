// spate lab: claims about the source's rows, each with controls that must break its statements.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "models/spec/json/json_text.h"
#include "reports/words/terminal.h"
#include "tools/command_line.h"
#include "tools/lab_rows.h"
#include "tools/lab_site.h"
#include "tools/prove_all.h"
#include "tools/shipped.h"

namespace tools {

namespace {

namespace spec = models::spec;

using reports::Answer;

struct LabOptions {
    std::vector<std::string> asked;
    std::string folder;  // empty: those that come with the program
    bool list = false;
    std::string format = "text";
    std::string out;
    std::uint32_t seeds = 0;  // of each lab; 0: its own
    Play play;
    LimitsAsked limits;
};

bool is_file(const std::string& asked) {
    return asked.ends_with(".json");
}

// "CV-06" asks for a row, "CV" for all rows of a group, "all" for every lab.
bool asks_for(const std::string& asked, const std::string& row) {
    return asked == "all" || asked == row || row.starts_with(asked + "-");
}

bool is_asked_for(const LabOptions& options, const LabFile& file) {
    return std::ranges::any_of(options.asked, [&](const std::string& asked) {
        if (is_file(asked)) return std::filesystem::path(asked).lexically_normal() == file.path;
        return std::ranges::any_of(file.lab.rows,
                                   [&](const std::string& row) { return asks_for(asked, row); });
    });
}

// None, after a complaint, where there are no labs.
std::string labs_folder(const LabOptions& options) {
    if (!options.folder.empty()) return options.folder;
    std::string problems;
    const auto shipped = shipped_folder(problems);
    fmt::print(stderr, "{}", problems);
    return shipped ? (*shipped / "labs").string() : "";
}

// Named files, and all of the folder when anything else is asked for; none when it cannot be read.
std::optional<std::set<std::filesystem::path>> lab_paths(const LabOptions& options) {
    std::set<std::filesystem::path> paths;
    for (const std::string& asked : options.asked) {
        if (is_file(asked)) paths.insert(std::filesystem::path(asked).lexically_normal());
    }
    if (std::ranges::all_of(options.asked, is_file)) return paths;
    const std::string folder = labs_folder(options);
    if (folder.empty()) return std::nullopt;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
        if (is_file(entry.path().string())) paths.insert(entry.path().lexically_normal());
    }
    if (!error) return paths;
    complain(
        fmt::format("cannot read the labs in {}: {}", reports::printable(folder), error.message()));
    return std::nullopt;
}

// So many of a lab's seeds, and those that follow its greatest where it has fewer.
void resize(std::vector<std::uint64_t>& seeds, std::size_t count) {
    std::uint64_t last = *std::ranges::max_element(seeds);
    if (seeds.size() > count) seeds.resize(count);
    while (seeds.size() < count) seeds.push_back(++last);
}

// All that is asked for, ready to be played; none when anything is wrong with it. A lab that cannot
// be read as far as its rows might be one that is asked for.
std::optional<std::vector<Proof>> proofs(const LabOptions& options) {
    const auto paths = lab_paths(options);
    if (!paths) return std::nullopt;
    std::vector<Proof> ready;
    std::string problems;
    for (const std::filesystem::path& path : *paths) {
        LabFile file = read_lab(path);
        if (!file.lab.rows.empty() && !is_asked_for(options, file)) continue;
        if (options.seeds > 0) resize(file.lab.seeds, options.seeds);
        if (auto proof = prepare(file, problems)) ready.push_back(std::move(*proof));
    }
    if (problems.empty()) return ready;
    fmt::print(stderr, "{}", problems);
    return std::nullopt;
}

// Rows and groups that no lab is about.
std::set<std::string> without_lab(const LabOptions& options, const std::vector<Proof>& proofs) {
    std::set<std::string> missing;
    for (const std::string& asked : options.asked) {
        const bool has_lab = std::ranges::any_of(proofs, [&](const Proof& proof) {
            return std::ranges::any_of(
                proof.lab.rows, [&](const std::string& row) { return asks_for(asked, row); });
        });
        if (!is_file(asked) && asked != "all" && !has_lab) missing.insert(asked);
    }
    return missing;
}

// "12 statements, 11 broken, 1 premise"
std::string counts_of(const Proof& proof) {
    const auto premises = std::ranges::count_if(
        proof.statements, [](const Proof::Statement& each) { return each.is_premise; });
    const std::size_t statements = proof.statements.size();
    const std::size_t unexplained = unbroken(proof).size();
    std::string counts =
        fmt::format("{} statement{}, {} broken", statements, statements == 1 ? "" : "s",
                    statements - unexplained - static_cast<std::size_t>(premises));
    if (premises > 0) counts += fmt::format(", {} premise{}", premises, premises == 1 ? "" : "s");
    return counts;
}

std::string row_line(const std::string& row, bool proven, const std::string& what) {
    return fmt::format("{} {:<11} {}\n", reports::fitted(reports::printable(row), 8),
                       proven ? "proven" : "not proven", what);
}

// The row's line, and what is not as it must be, a line each.
std::string row_text(const std::string& row, const Proof& proof, const Result& result) {
    std::string text =
        row_line(row, result.proven(),
                 fmt::format("{} ({})", reports::printable(proof.lab.title), counts_of(proof)));
    for (const std::string& why : result.why) {
        text += fmt::format("    {}\n", reports::printable(why));
    }
    return text;
}

spec::Json::List texts(const std::vector<std::string>& all) {
    return {all.begin(), all.end()};
}

spec::Json::List statements_json(const Proof& proof, const Result& result) {
    spec::Json::List list;
    for (std::size_t i = 0; i < result.statements.size(); ++i) {
        const Proof::Statement& statement = proof.statements[i];
        spec::Json each;
        each.put("name", statement.name);
        each.put("expect", statement.text);
        each.put("because", statement.because);
        each.put("premise", statement.is_premise);
        each.put("held", result.statements[i].held());
        each.put("broken_by", texts(breakers_of(proof, result, i)));
        list.push_back(std::move(each));
    }
    return list;
}

spec::Json::List controls_json(const Proof& proof, const Result& result) {
    spec::Json::List list;
    for (std::size_t i = 0; i < result.control_claims.size(); ++i) {
        const auto& [name, control] = proof.lab.controls.entries[i];
        const bool held = std::ranges::all_of(
            result.control_claims[i],
            [](const StatementResult& each) { return all_are(each.under[0], Answer::holds); });
        spec::Json each;
        each.put("name", name);
        each.put("held", held);
        each.put("breaks", texts(control.breaks));
        each.put("broke", texts(broken_by(proof, result, i)));
        list.push_back(std::move(each));
    }
    return list;
}

spec::Json row_json(const std::string& row, const Proof& proof, const Result& result) {
    spec::Json each;
    each.put("row", row);
    each.put("lab", proof.file);
    each.put("title", proof.lab.title);
    each.put("held", result.held());
    each.put("proven", result.proven());
    each.put("why", texts(result.why));
    each.put("statements", statements_json(proof, result));
    each.put("controls", controls_json(proof, result));
    return each;
}

constexpr std::string_view kNoLab = "there is no lab for it";

spec::Json row_without_lab(const std::string& row) {
    spec::Json each;
    each.put("row", row);
    each.put("lab", spec::Json());
    each.put("held", false);
    each.put("proven", false);
    each.put("why", spec::Json::List{kNoLab});
    return each;
}

// What is beside the labs; none, after a complaint, when it is wrong.
std::optional<Rows> rows_for(const std::string& lab) {
    spec::Problems problems;
    Rows rows = rows_beside(std::filesystem::path(lab).parent_path(), problems);
    if (problems.empty()) return rows;
    fmt::print(stderr, "{}", problems.render());
    return std::nullopt;
}

int list_labs(const LabOptions& options) {
    const auto paths = lab_paths(options);
    if (!paths || paths->empty()) return kWrong;
    std::vector<LabFile> labs;
    for (const std::filesystem::path& path : *paths) {
        LabFile file = read_lab(path);
        if (!file.problems.empty()) {
            fmt::print(stderr, "{}", file.problems.render());
            return kWrong;
        }
        if (is_asked_for(options, file)) labs.push_back(std::move(file));
    }
    const auto rows = rows_for(paths->begin()->string());
    if (!rows) return kWrong;
    fmt::print("{}", lab_list(labs, *rows));
    return kOk;
}

int lab(const LabOptions& options) {
    if (const std::string why = why_no_folder(options.out); !why.empty()) {
        fmt::print(stderr, "{}", why);
        return kWrong;
    }
    const auto ready = proofs(options);
    if (!ready) return kWrong;
    const bool has_pages = !options.out.empty();
    const auto known = has_pages && !ready->empty() ? rows_for(ready->front().file) : Rows();
    if (!known) return kWrong;
    LabSite site(options.out, ready->size(), *known);
    const bool is_text = options.format == "text";
    spec::Json::List rows;
    std::size_t proven = 0;
    bool is_written = true;
    const auto add = [&](const Proof& proof, const Result& result, Display& display) {
        if (has_pages) is_written = site.add(proof, result);
        if (!is_written) return false;
        for (const std::string& row : proof.lab.rows) {
            proven += result.proven() ? 1 : 0;
            rows.push_back(row_json(row, proof, result));
            if (is_text) display.print(row_text(row, proof, result));
        }
        return true;
    };
    const PlayEnd end = prove_all(*ready, {options.play, has_pages}, add);
    if (!is_written) return kFailed;
    if (end != PlayEnd::whole) return complain_of(end);
    if (has_pages && !ready->empty() && !site.finish()) return kFailed;
    for (const std::string& row : without_lab(options, *ready)) {
        rows.push_back(row_without_lab(row));
        if (is_text) fmt::print("{}", row_line(row, false, std::string(kNoLab)));
    }
    const std::size_t not_proven = rows.size() - proven;
    if (is_text) {
        fmt::print("{} proven, {} not proven\n", proven, not_proven);
    } else {
        spec::Json all;
        all.put("rows", std::move(rows));
        all.put("proven", proven);
        all.put("not_proven", not_proven);
        fmt::print("{}\n", spec::indented_text(all));
    }
    return not_proven == 0 && proven > 0 ? kOk : kCrossed;
}

}  // namespace

Command lab_command(CLI::App& program) {
    auto options = std::make_shared<LabOptions>();
    return CommandLine(program, "lab", "Run labs: a claim must hold, and controls must break it")
        .places("ROW", options->asked, "Rows (CV-06), groups (CV), lab files, or all")
        .text("--labs", options->folder,
              "Where the labs are (those that come with the program, from any folder)")
        .number("--seeds", options->seeds, 0, 1000,
                "Seeds that each lab is played with; 0: its own")
        .jobs(options->play.jobs)
        .limits(options->limits)
        .text("--out", options->out,
              "Folder for the page of the lab, report.html; of several labs one folder each, and "
              "index.html")
        .flag("--list", options->list, "Lists them as Markdown, without playing")
        .format(options->format)
        .footer(
            "A row is proven when each statement of its lab holds with every seed, and fails with\n"
            "every seed under a control that is said to break it. Exit: 0 all are proven,\n"
            "99 not all, 2 a lab is wrong, 1 anything else.\n"
            "\n"
            "  spate lab all\n"
            "  spate lab CV-06 scenarios/labs/CV-06.json\n"
            "  spate lab CV-06 --out page")
        .runs([options] {
            options->play.show_progress = is_terminal(STDERR_FILENO);
            const auto limits = limits_of(options->limits);
            if (!limits) return int{kWrong};
            options->play.limits = *limits;
            return options->list ? list_labs(*options) : lab(*options);
        });
}

}  // namespace tools
