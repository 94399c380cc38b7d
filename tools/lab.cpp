// spate lab: claims about the source's rows, each with a control that must break it.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "models/spec/json/json_text.h"
#include "reports/words/terminal.h"
#include "tools/command_line.h"
#include "tools/lab_page.h"
#include "tools/proof.h"

namespace tools {

namespace {

namespace spec = models::spec;

struct LabOptions {
    std::vector<std::string> asked;
    std::string folder = "scenarios/labs";
    std::string format = "text";
    std::string out;
    Play play;
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

// Named files, and all of the folder when anything else is asked for; none when it cannot be read.
std::optional<std::set<std::filesystem::path>> lab_paths(const LabOptions& options) {
    std::set<std::filesystem::path> paths;
    for (const std::string& asked : options.asked) {
        if (is_file(asked)) paths.insert(std::filesystem::path(asked).lexically_normal());
    }
    if (std::ranges::all_of(options.asked, is_file)) return paths;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(options.folder, error)) {
        if (is_file(entry.path().string())) paths.insert(entry.path().lexically_normal());
    }
    if (!error) return paths;
    complain(fmt::format("cannot read the labs in {}: {}", reports::printable(options.folder),
                         error.message()));
    return std::nullopt;
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

void print_line(const std::string& row, bool proven, const std::string& title,
                const std::string& why) {
    fmt::print("{} {:<11} {}{}\n", reports::fitted(reports::printable(row), 8),
               proven ? "proven" : "not proven", reports::printable(title),
               why.empty() ? "" : ": " + why);
    std::fflush(stdout);
}

spec::Json row_json(const std::string& row, const Result& result) {
    spec::Json each;
    each.put("row", row);
    each.put("lab", result.file.empty() ? spec::Json() : spec::Json(result.file));
    each.put("held", result.held);
    each.put("control_broke", result.control_broke);
    each.put("proven", result.proven());
    each.put("why", result.why.empty() ? spec::Json() : spec::Json(result.why));
    return each;
}

// The page of one lab is the folder's; of several each has a folder of its own in it.
std::string folder_of(const LabOptions& options, const Proof& proof, std::size_t labs) {
    if (labs == 1) return options.out;
    return options.out + "/" + std::filesystem::path(proof.file).stem().string();
}

int lab(const LabOptions& options) {
    if (const std::string why = why_no_folder(options.out); !why.empty()) {
        fmt::print(stderr, "{}", why);
        return kWrong;
    }
    const auto ready = proofs(options);
    if (!ready) return kWrong;
    const bool has_pages = !options.out.empty();
    const bool is_text = options.format == "text";
    spec::Json::List rows;
    std::size_t proven = 0;
    std::size_t not_proven = 0;
    const auto report = [&](const Result& result) {
        for (const std::string& row : result.rows) {
            ++(result.proven() ? proven : not_proven);
            rows.push_back(row_json(row, result));
            if (is_text) print_line(row, result.proven(), result.title, result.why);
        }
    };
    for (const Proof& proof : *ready) {
        const Result result = prove(proof, options.play, has_pages);
        if (result.end != PlayEnd::whole) return complain_of(result.end);
        if (has_pages && !write_lab_page(proof, result, folder_of(options, proof, ready->size()))) {
            return kFailed;
        }
        report(result);
    }
    for (const std::string& row : without_lab(options, *ready)) {
        report({{row}, "", "", false, false, "there is no lab for it", PlayEnd::whole, {}});
    }
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
    return CommandLine(program, "lab", "Run labs: a claim must hold and its control must break it")
        .places("ROW", options->asked, "Rows (CV-06), groups (CV), lab files, or all")
        .text("--labs", options->folder, "Where the labs are")
        .jobs(options->play.jobs)
        .text("--out", options->out,
              "Folder for the page of the lab, report.html; of several labs one folder each")
        .format(options->format)
        .footer(
            "A row is proven when the claim of its lab holds with every seed and fails with every\n"
            "seed under the control. Exit: 0 all are proven, 99 not all, 2 a lab is wrong,\n"
            "1 anything else.\n"
            "\n"
            "  spate lab all\n"
            "  spate lab CV-06 scenarios/labs/CV-06.json\n"
            "  spate lab CV-06 --out page")
        .runs([options] {
            options->play.show_progress = is_terminal(STDERR_FILENO);
            return lab(*options);
        });
}

}  // namespace tools
