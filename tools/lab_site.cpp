#include "tools/lab_site.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "reports/render/documents.h"
#include "tools/lab_page.h"

namespace tools {

namespace {

// Groups in the order of the guides, those that are not theirs behind them.
std::size_t place_of_group(const Rows& rows, const std::string& row) {
    const std::string group = row.substr(0, row.find('-'));
    const auto found =
        std::ranges::find_if(rows.groups, [&](const auto& each) { return each.first == group; });
    return static_cast<std::size_t>(found - rows.groups.begin());
}

bool is_before(const Rows& rows, const std::string& a, const std::string& b) {
    return std::pair(place_of_group(rows, a), a) < std::pair(place_of_group(rows, b), b);
}

std::string stem_of(const std::string& file) {
    return std::filesystem::path(file).stem().string();
}

constexpr std::string_view kListHead = R"(# Labs

A lab is what a row of a guide claims, shown by runs, with controls that take away what it is about
and must break it. `spate lab CA-17` proves one; `spate lab all --out site` makes a page of each, and
`site/index.html` with all of them; `spate run CA-17` plays one's scenario, from any folder.

This list is made by `spate lab all --list`, from the labs and from [rows.json](../rows.json).
)";

struct ListedLab {
    std::string row;
    std::string file;  // without its folder
    std::string title;
};

std::vector<ListedLab> listed_of(const std::vector<LabFile>& labs, const Rows& rows) {
    std::vector<ListedLab> all;
    for (const LabFile& each : labs) {
        for (const std::string& row : each.lab.rows) {
            all.push_back({row, each.path.filename().string(), each.lab.title});
        }
    }
    std::ranges::stable_sort(
        all, [&](const ListedLab& a, const ListedLab& b) { return is_before(rows, a.row, b.row); });
    return all;
}

// What would end a cell of a table, or begin a tag.
std::string in_cell(const std::string& text) {
    std::string cell;
    for (const char c : text) {
        if (c == '|' || c == '<' || c == '*') cell += '\\';
        cell += c;
    }
    return cell;
}

}  // namespace

LabSite::LabSite(std::string folder, std::size_t labs, Rows rows)
    : folder_(std::move(folder)), is_one_(labs == 1), rows_(std::move(rows)) {}

bool LabSite::add(const Proof& proof, const Result& result) {
    const std::string name = stem_of(proof.file);
    const std::string folder = is_one_ ? folder_ : folder_ + "/" + name;
    if (!write_lab_page(proof, result, {folder, is_one_ ? "" : "../index.html", rows_})) {
        return false;
    }
    for (const std::string& row : proof.lab.rows) {
        reports::CatalogueRow listed;
        listed.row = rows_.shown(row);
        listed.title = proof.lab.title;
        listed.page = name + "/report.html";
        listed.proven = result.proven();
        listed.why = result.why;
        listed.statements = proof.statements.size();
        for (std::size_t i = 0; i < result.statements.size(); ++i) {
            listed.broken += breakers_of(proof, result, i).empty() ? 0 : 1;
            listed.premises += proof.statements[i].is_premise ? 1 : 0;
        }
        listed_.push_back(std::move(listed));
    }
    return true;
}

bool LabSite::finish() {
    if (is_one_) return true;
    std::ranges::stable_sort(listed_, [&](const auto& a, const auto& b) {
        return is_before(rows_, a.row.row, b.row.row);
    });
    reports::Drawing drawing({{"catalogue", reports::catalogue_json(listed_, SPATE_VERSION)}});
    return write_file(folder_ + "/index.html", drawing.html());
}

std::string lab_list(const std::vector<LabFile>& labs, const Rows& rows) {
    std::string text(kListHead);
    std::string group;
    for (const ListedLab& each : listed_of(labs, rows)) {
        const reports::LabRow row = rows.shown(each.row);
        if (row.group != group) {
            group = row.group;
            text += fmt::format("\n## {} {}\n\n| row | what it says | |\n|---|---|---|\n",
                                row.group_en.empty() ? group : row.group_en, row.group_ko);
        }
        text += fmt::format(
            "| [{}]({}) | {} | {} |\n",
            each.row == stem_of(each.file) ? each.row
                                           : fmt::format("{} ({})", each.row, stem_of(each.file)),
            each.file, in_cell(row.en.empty() ? each.title : row.en), in_cell(row.ko));
    }
    return text;
}

}  // namespace tools
