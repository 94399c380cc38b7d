#include "tools/pictures.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <sstream>
#include <thread>

#include "models/topology/links.h"
#include "reports/render/postmortem.h"
#include "reports/words/terminal.h"
#include "tools/command.h"
#include "tools/manifest.h"
#include "tools/program.h"

namespace tools {

namespace {

// Every set of files that belong together; the first one that is there counts.
struct PictureKind {
    std::string main;
    std::vector<std::string> names;
};
const std::vector<PictureKind>& kinds() {
    static const std::vector<PictureKind> kAll = {{"run", {"run", "drawn"}},
                                                  {"compare", {"compare"}},
                                                  {"sweep", {"sweep"}},
                                                  {"lab", {"lab"}}};
    return kAll;
}

std::optional<std::string> read(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) return std::nullopt;
    return text.str();
}

std::optional<std::string> rsvg_convert() {
    return program_path("rsvg-convert");
}

// Twice as fine as the SVG, for screens that are.
bool convert(const std::string& program, const std::string& svg, const std::string& png) {
    const std::string temporary = fmt::format("{}.{}.tmp", png, getpid());
    const bool is_made =
        run_program(program, {"--zoom", "2", "--output", temporary, svg}) == std::optional(0);
    std::error_code error;
    if (is_made) std::filesystem::rename(temporary, png, error);
    if (is_made && !error) return true;
    std::filesystem::remove(temporary, error);
    complain(fmt::format("rsvg-convert could not make {}", reports::printable(png)));
    return false;
}

// Writes one picture, as SVG and perhaps as PNG.
struct Painter {
    const Pictures& pictures;
    std::optional<std::string> rsvg;

    std::vector<std::string> files(const std::string& name) const {
        const std::string base = pictures.folder + "/" + name;
        if (!rsvg) return {base + ".svg"};
        return {base + ".svg", base + ".png"};
    }
    bool write(reports::Drawing& drawing, const std::string& name) const {
        const std::vector<std::string> to = files(name);
        return write_file(to.front(), drawing.picture(name, pictures.look)) &&
               (!rsvg || convert(*rsvg, to.front(), to.back()));
    }
};

// Each has a script of its own to start, which a few pictures are worth, and the documents in it,
// which take many times their text: of large ones there is one.
std::size_t painters(std::size_t pictures, const reports::Drawing& drawing) {
    constexpr std::size_t kWorthIt = 4;
    constexpr std::size_t kLarge = 2'000'000;
    if (drawing.bytes() > kLarge) return 1;
    return std::min<std::size_t>(pictures / kWorthIt, std::thread::hardware_concurrency());
}

// The page of a run has a draft of its post-mortem.
reports::Documents with_postmortem(reports::Documents documents) {
    for (const auto& [name, json] : documents) {
        if (name != "run") continue;
        std::string draft = reports::postmortem_document(json);
        if (!draft.empty()) documents.emplace_back("postmortem", std::move(draft));
        break;
    }
    return documents;
}

}  // namespace

std::optional<reports::Documents> read_documents(const std::string& folder) {
    for (const PictureKind& kind : kinds()) {
        if (!std::filesystem::exists(folder + "/" + kind.main + ".json")) continue;
        if (const std::string why = why_mixed(folder, kind.main + ".json"); !why.empty()) {
            complain(why);
            return std::nullopt;
        }
        reports::Documents documents;
        for (const std::string& name : kind.names) {
            std::optional<std::string> text = read(folder + "/" + name + ".json");
            if (!text) {
                complain(
                    fmt::format("{}/{}.json cannot be read", reports::printable(folder), name));
                return std::nullopt;
            }
            documents.emplace_back(name, std::move(*text));
        }
        return with_postmortem(std::move(documents));
    }
    complain(
        fmt::format("{} is no folder that --out wrote: it has no run.json, compare.json, "
                    "sweep.json or lab.json",
                    reports::printable(folder)));
    return std::nullopt;
}

std::optional<std::vector<std::string>> write_pictures(reports::Drawing& drawing,
                                                       const Pictures& pictures) {
    if (!make_folder(pictures.folder)) return std::nullopt;
    std::vector<std::string> names = drawing.names();
    const auto& only = pictures.only;
    std::erase_if(names, [&](const std::string& name) {
        return !only.empty() && std::ranges::find(only, name) == only.end();
    });
    const Painter painter{pictures, pictures.png ? rsvg_convert() : std::nullopt};
    std::atomic<std::size_t> next = 0;
    std::atomic<bool> is_well = true;
    // Whoever has time takes the next one: a picture is the same whoever draws it.
    const auto work = [&](reports::Drawing& by) {
        for (std::size_t at = next++; at < names.size() && is_well; at = next++) {
            if (!painter.write(by, names[at])) is_well = false;
        }
    };
    std::vector<std::future<void>> helpers;
    for (std::size_t i = 1; i < painters(names.size(), drawing); ++i) {
        helpers.push_back(std::async(std::launch::async, [&] {
            reports::Drawing own = drawing.again();
            work(own);
        }));
    }
    work(drawing);
    for (std::future<void>& helper : helpers) helper.get();
    if (!is_well) return std::nullopt;
    std::vector<std::string> written;
    for (const std::string& name : names) {
        for (const std::string& file : painter.files(name)) written.push_back(file);
    }
    return written;
}

bool write_drawn(const reports::Documents& documents, const std::string& folder) {
    reports::Drawing drawing(with_postmortem(documents));
    return write_file(folder + "/report.html", drawing.html()) &&
           write_pictures(drawing, {folder + "/charts"}).has_value();
}

std::vector<reports::Link> drawn_links(const models::Scenario& scenario) {
    std::vector<reports::Link> links;
    for (const models::NodeLink& link : models::links_of(scenario)) {
        links.push_back({link.from, link.to});
    }
    return links;
}

bool can_write_png() {
    return rsvg_convert().has_value();
}

}  // namespace tools
