#include "tools/pictures.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "reports/render/terminal.h"
#include "tools/command.h"

namespace tools {

namespace {

// Every set of files that belong together; the first one that is there counts.
struct Kind {
    std::string main;
    std::vector<std::string> names;
};
const std::vector<Kind>& kinds() {
    static const std::vector<Kind> kAll = {
        {"run", {"run", "drawn"}}, {"compare", {"compare"}}, {"sweep", {"sweep"}}};
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
    const char* const path = std::getenv("PATH");
    std::istringstream folders(path == nullptr ? "" : path);
    for (std::string folder; std::getline(folders, folder, ':');) {
        const std::string program = folder + "/rsvg-convert";
        if (!folder.empty() && access(program.c_str(), X_OK) == 0) return program;
    }
    return std::nullopt;
}

// Twice as fine as the SVG, for screens that are.
bool convert(const std::string& program, const std::string& svg, const std::string& png) {
    const std::string temporary = fmt::format("{}.{}.tmp", png, getpid());
    std::vector<std::string> words = {program, "--zoom", "2", "--output", temporary, svg};
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    pid_t child = 0;
    int status = 1;
    if (posix_spawn(&child, program.c_str(), nullptr, nullptr, arguments.data(), environ) == 0) {
        waitpid(child, &status, 0);
    }
    std::error_code error;
    if (status == 0) std::filesystem::rename(temporary, png, error);
    if (status == 0 && !error) return true;
    std::filesystem::remove(temporary, error);
    complain(fmt::format("rsvg-convert could not make {}", reports::printable(png)));
    return false;
}

}  // namespace

std::optional<reports::Documents> read_documents(const std::string& folder) {
    for (const Kind& kind : kinds()) {
        if (!std::filesystem::exists(folder + "/" + kind.main + ".json")) continue;
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
        return documents;
    }
    complain(fmt::format(
        "{} is no folder that --out wrote: it has no run.json, compare.json or sweep.json",
        reports::printable(folder)));
    return std::nullopt;
}

std::optional<std::vector<std::string>> write_pictures(reports::Drawing& drawing,
                                                       const Pictures& pictures) {
    const std::optional<std::string> program = pictures.png ? rsvg_convert() : std::nullopt;
    if (!make_folder(pictures.folder)) return std::nullopt;
    std::vector<std::string> written;
    for (const std::string& name : drawing.names()) {
        const auto& only = pictures.only;
        if (!only.empty() && std::ranges::find(only, name) == only.end()) continue;
        const std::string base = pictures.folder + "/" + name;
        if (!write_file(base + ".svg", drawing.picture(name, pictures.look))) return std::nullopt;
        written.push_back(base + ".svg");
        if (!program) continue;
        if (!convert(*program, base + ".svg", base + ".png")) return std::nullopt;
        written.push_back(base + ".png");
    }
    return written;
}

bool write_drawn(const reports::Documents& documents, const std::string& folder) {
    reports::Drawing drawing(documents);
    return write_file(folder + "/report.html", drawing.html()) &&
           write_pictures(drawing, {folder + "/charts"}).has_value();
}

bool can_write_png() {
    return rsvg_convert().has_value();
}

}  // namespace tools
