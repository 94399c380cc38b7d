#include "models/spec/documents/beside.h"

#include <algorithm>
#include <filesystem>

#include "models/spec/documents/source_file.h"

namespace models::spec {

namespace {

namespace fs = std::filesystem;

constexpr const char* kHint = "a scenario reads files in its own folder, or below it";

// Links are followed first, so that none leads out.
bool is_within(const fs::path& folder, const fs::path& file) {
    const auto [end, rest] = std::ranges::mismatch(folder, file);
    return end == folder.end();
}

// Where the scenario lies: the first text read is the scenario's.
fs::path folder_of(const Problems& problems) {
    std::error_code error;
    const fs::path folder = fs::path(problems.source(0).name).parent_path();
    return fs::canonical(folder.empty() ? "." : folder, error);
}

// Where the file lies that the cursor names, in the scenario's folder; none with a problem.
std::optional<fs::path> found_beside(const Cursor& cursor, const fs::path& written) {
    std::error_code error;
    const fs::path folder = folder_of(cursor.problems());
    const bool leads_out = written.is_absolute() || *written.begin() == "..";
    const fs::path file = leads_out ? fs::path() : fs::canonical(folder / written, error);
    if (!leads_out && error) {
        cursor.problem("there is no such file", kHint);
        return std::nullopt;
    }
    if (leads_out || !is_within(folder, file)) {
        cursor.problem("the file lies outside of the scenario's folder", kHint);
        return std::nullopt;
    }
    return file;
}

}  // namespace

std::optional<Beside> read_beside(const Cursor& cursor) {
    Problems& problems = cursor.problems();
    const fs::path written(*cursor.text());
    if (written.empty()) {
        cursor.problem("the name of a file is missing", kHint);
        return std::nullopt;
    }
    const bool is_lent = problems.is_lent(*cursor.text());
    const auto file = is_lent ? std::optional(written) : found_beside(cursor, written);
    if (!file) return std::nullopt;
    std::error_code error;
    if (!fs::is_regular_file(*file, error)) {
        cursor.problem("this is no file with data", is_lent ? "" : kHint);
        return std::nullopt;
    }
    std::string why_not;
    std::optional<std::string> text = read_text(file->string(), why_not);
    if (!text) {
        cursor.problem(std::move(why_not));
        return std::nullopt;
    }
    const std::uint32_t source =
        problems.add_data(written.lexically_normal().string(), *std::move(text));
    return Beside{source, problems.source(source).text};
}

void Beside::complain(const Cursor& cursor, std::size_t line, std::size_t offset,
                      std::string message, std::string hint) const {
    const SourceLocation place{source, static_cast<std::uint32_t>(line), line == 0 ? 0U : 1U,
                               static_cast<std::uint32_t>(offset)};
    cursor.problems().add({place, cursor.pointer(), std::move(message), std::move(hint)});
}

}  // namespace models::spec
