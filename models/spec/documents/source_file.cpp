#include "models/spec/documents/source_file.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>

#include "models/spec/json/document.h"

namespace models::spec {
namespace {

struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Close>;

// Stops a little beyond the largest text, so that /dev/zero is refused like any large file.
std::optional<std::string> contents(std::FILE* file) {
    std::string text;
    std::array<char, 1U << 16U> buffer;
    while (text.size() <= kLargestText) {
        const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), file);
        text.append(buffer.data(), count);
        if (count < buffer.size()) break;
    }
    return std::ferror(file) != 0 ? std::nullopt : std::optional(std::move(text));
}

Json refuse(const std::string& path, std::string message, Problems& problems) {
    const std::uint32_t source = problems.add_source(path, {});
    problems.add({{source, 0, 0, 0}, {}, std::move(message), {}});
    return {};
}

}  // namespace

std::optional<std::string> read_text(const std::string& path, std::string& why_not) {
    const File opened(std::fopen(path.c_str(), "rb"));
    std::optional<std::string> text = opened ? contents(opened.get()) : std::nullopt;
    if (!text) {
        why_not = std::string("cannot be read: ") + std::strerror(errno);
    } else if (text->size() > kLargestText) {
        why_not = "the file is larger than 64 MiB";
        text.reset();
    }
    return text;
}

Json read_file(const std::string& path, Problems& problems) {
    const bool standard_input = path == "-";
    std::error_code ignored;
    if (!standard_input && std::filesystem::is_directory(path, ignored)) {
        return refuse(path, "this is a directory; a scenario is a file", problems);
    }
    const File opened(standard_input ? nullptr : std::fopen(path.c_str(), "rb"));
    if (!standard_input && !opened) {
        return refuse(path, std::string("cannot be read: ") + std::strerror(errno), problems);
    }
    std::optional<std::string> text = contents(standard_input ? stdin : opened.get());
    if (!text)
        return refuse(path, std::string("cannot be read: ") + std::strerror(errno), problems);
    return read(standard_input ? "standard input" : path, *std::move(text), problems);
}

}  // namespace models::spec
