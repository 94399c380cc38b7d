// What models/spec/documents/source_file.cpp does elsewhere, and std::filesystem, for a module that
// cannot open anything.
#include "tools/playground/module/files.h"

#include <filesystem>
#include <utility>

#include "models/spec/documents/source_file.h"
#include "models/spec/json/document.h"

namespace playground {

std::map<std::string, std::string, std::less<>>& files() {
    static std::map<std::string, std::string, std::less<>> all;
    return all;
}

namespace {

const std::string* text_of(const std::string& path) {
    const auto found = files().find(std::filesystem::path(path).lexically_normal().string());
    return found == files().end() ? nullptr : &found->second;
}

constexpr const char* kNotThere = "cannot be read: the playground has no such file";

}  // namespace

}  // namespace playground

namespace models::spec {

std::optional<std::string> read_text(const std::string& path, std::string& why_not) {
    if (const std::string* const text = playground::text_of(path)) return *text;
    why_not = playground::kNotThere;
    return std::nullopt;
}

Json read_file(const std::string& path, Problems& problems) {
    if (const std::string* const text = playground::text_of(path)) {
        return read(path, *text, problems);
    }
    const std::uint32_t source = problems.add_source(path, {});
    problems.add({{source, 0, 0, 0}, {}, playground::kNotThere, {}});
    return {};
}

}  // namespace models::spec

namespace std::filesystem {

path::path(std::string text) : text_(std::move(text)) {
    if (is_absolute()) names_.emplace_back("/");
    std::string name;
    for (const char c : text_ + "/") {
        if (c != '/') {
            name += c;
        } else if (!name.empty()) {
            names_.push_back(std::exchange(name, {}));
        }
    }
}

path path::parent_path() const {
    const std::size_t slash = text_.rfind('/');
    if (slash == std::string::npos) return {};
    return slash == 0 ? path("/") : path(text_.substr(0, slash));
}

path path::filename() const {
    return {text_.substr(text_.rfind('/') + 1)};
}

path path::stem() const {
    const std::string name = filename().string();
    const std::size_t dot = name.rfind('.');
    return dot == std::string::npos || dot == 0 ? path(name) : path(name.substr(0, dot));
}

path path::lexically_normal() const {
    std::vector<std::string> kept;
    for (const std::string& name : names_) {
        if (name == ".") continue;
        if (name == ".." && !kept.empty() && kept.back() != "..") {
            if (kept.back() != "/") kept.pop_back();
            continue;
        }
        kept.push_back(name);
    }
    std::string text;
    for (const std::string& name : kept) {
        if (!text.empty() && text != "/") text += '/';
        text += name;
    }
    return {text.empty() && !empty() ? std::string(".") : text};
}

path operator/(const path& folder, const path& rest) {
    if (rest.is_absolute() || folder.empty()) return rest;
    const bool has_slash = folder.string().ends_with('/');
    return {folder.string() + (has_slash ? "" : "/") + rest.string()};
}

bool is_regular_file(const path& file, std::error_code& error) {
    error.clear();
    return playground::files().contains(file.lexically_normal().string());
}

bool is_directory(const path& file, std::error_code& error) {
    error.clear();
    const std::string name = file.lexically_normal().string();
    if (name == "." || name.empty()) return true;
    const auto within = playground::files().lower_bound(name + "/");
    return within != playground::files().end() && within->first.starts_with(name + "/");
}

bool exists(const path& file, std::error_code& error) {
    return is_regular_file(file, error) || is_directory(file, error);
}

path canonical(const path& file, std::error_code& error) {
    if (!exists(file, error)) {
        error = std::make_error_code(std::errc::no_such_file_or_directory);
        return {};
    }
    const path normal = file.lexically_normal();
    return normal == path(".") ? path() : normal;
}

}  // namespace std::filesystem
