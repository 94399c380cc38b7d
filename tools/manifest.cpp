#include "tools/manifest.h"

#include <fmt/format.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <vector>

#include "reports/words/json_lines.h"
#include "reports/words/terminal.h"
#include "tools/command.h"

namespace tools {

namespace {

namespace fs = std::filesystem;
using OrderedJson = nlohmann::ordered_json;

constexpr const char* kSchema = "spate.manifest/1";

// Made from the other files at any time, or for people to write in.
bool is_drawn(const std::string& file) {
    return file == "report.html" || file.starts_with("charts/");
}
bool is_checked(const std::string& file) {
    return !is_drawn(file) && file != "postmortem.md";
}

std::optional<Manifest> parse(const std::string& text) {
    const OrderedJson json = OrderedJson::parse(text, nullptr, false);
    if (!json.is_object() || json.value("schema", OrderedJson()) != kSchema) return std::nullopt;
    const auto files = json.find("files");
    if (files == json.end() || !files->is_object()) return std::nullopt;
    try {
        Manifest manifest;
        manifest.command = json.value("command", "");
        manifest.fingerprint = json.value("fingerprint", "");
        manifest.whole = json.value("whole", false);
        for (const auto& [name, mark] : files->items()) {
            manifest.files[name] = {mark.at("bytes").get<std::uint64_t>(),
                                    mark.at("xxh3").get<std::string>()};
        }
        return manifest;
    } catch (const OrderedJson::exception&) {
        return std::nullopt;
    }
}

}  // namespace

std::string text_of(const Manifest& manifest) {
    OrderedJson files = OrderedJson::object();
    for (const auto& [name, mark] : manifest.files) {
        files[name] = {{"bytes", mark.bytes}, {"xxh3", mark.hash}};
    }
    OrderedJson json = {{"schema", kSchema}, {"command", manifest.command}};
    if (!manifest.fingerprint.empty()) json["fingerprint"] = manifest.fingerprint;
    json["whole"] = manifest.whole;
    json["files"] = std::move(files);
    return json.dump(2) + "\n";
}

std::optional<Manifest> read_manifest(const std::string& folder, std::string& why_not) {
    const std::string file = folder + "/" + kManifest;
    std::ifstream in(file, std::ios::binary);
    if (!in) return std::nullopt;
    std::ostringstream text;
    text << in.rdbuf();
    auto manifest = parse(text.str());
    if (!manifest) why_not = fmt::format("{} is not what spate wrote", reports::printable(file));
    return manifest;
}

std::optional<FileMark> mark_of(const std::string& file) {
    std::error_code error;
    if (!fs::is_regular_file(file, error)) return std::nullopt;
    std::ifstream in(file, std::ios::binary);
    if (!in) return std::nullopt;
    const std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state(XXH3_createState(),
                                                                                XXH3_freeState);
    XXH3_64bits_reset(state.get());
    FileMark mark;
    std::vector<char> piece(std::size_t{1} << 16);
    while (in) {
        in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        const auto bytes = static_cast<std::size_t>(in.gcount());
        XXH3_64bits_update(state.get(), piece.data(), bytes);
        mark.bytes += bytes;
    }
    if (in.bad()) return std::nullopt;
    mark.hash = fmt::format("{:016x}", XXH3_64bits_digest(state.get()));
    return mark;
}

std::string why_mixed(const std::string& folder, const std::string& wanted) {
    std::string why;
    const auto manifest = read_manifest(folder, why);
    if (!manifest) return why;
    const std::string shown = reports::printable(folder);
    if (!manifest->whole) {
        return fmt::format(
            "{} was being written when spate was stopped, so its files are of "
            "several runs\n    run it again",
            shown);
    }
    for (const auto& [name, mark] : manifest->files) {
        if (!is_checked(name)) continue;
        const auto found = mark_of(folder + "/" + name);
        if (found == mark) continue;
        return fmt::format("{}/{} {}: the folder is not what one {} wrote\n    run it again", shown,
                           reports::printable(name),
                           found ? "is not the file that was written here" : "is missing",
                           manifest->command.empty() ? "run" : "spate " + manifest->command);
    }
    std::error_code error;
    if (wanted.empty() || manifest->has(wanted) || !fs::exists(folder + "/" + wanted, error)) {
        return {};
    }
    return fmt::format("{}/{} is not of the run that wrote this folder\n    run it again", shown,
                       reports::printable(wanted));
}

bool note_drawn(const std::string& folder) {
    std::string why;
    auto manifest = read_manifest(folder, why);
    if (!manifest) return true;
    std::vector<std::string> drawn = {"report.html"};
    std::error_code error;
    for (const auto& each : fs::directory_iterator(folder + "/charts", error)) {
        drawn.push_back("charts/" + each.path().filename().string());
    }
    for (const std::string& name : drawn) {
        if (const auto mark = mark_of(folder + "/" + name)) manifest->files[name] = *mark;
    }
    return write_file(folder + "/" + kManifest, text_of(*manifest));
}

bool is_of_old(std::string_view file) {
    static constexpr std::array kNames = {
        "run.json",     "drawn.json",    "report.html",  "events.csv",       "timeseries.csv",
        "metrics.om",   "latency.hlog",  "events.jsonl", "access.jsonl",     "flows.jsonl",
        "traces.jsonl", "trace.json",    "slow.jsonl",   "replications.csv", "topics.jsonl",
        "gc.log",       "postmortem.md", "compare.csv",  "compare.json",     "sweep.csv",
        "sweep.json",   "lab.json",      "charts"};
    return std::ranges::find(kNames, file) != kNames.end();
}

}  // namespace tools
