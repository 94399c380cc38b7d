#include "tools/command.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "reports/words/terminal.h"

namespace tools {

void complain(const std::string& message) {
    fmt::print(stderr, "spate: {}\n", message);
}

int complain_of(PlayEnd end) {
    // Of the others there was more to say.
    if (end == PlayEnd::interrupted) complain("interrupted; nothing was written");
    if (end == PlayEnd::out_of_memory) complain("out of memory; nothing was written");
    return kFailed;
}

bool is_terminal(int file) {
    return isatty(file) == 1;
}

// NO_COLOR counts when it is set to anything but nothing (no-color.org).
bool wants_colour(bool no_colour_asked, int file) {
    const char* const no_color = std::getenv("NO_COLOR");
    return !no_colour_asked && (no_color == nullptr || *no_color == '\0') && is_terminal(file);
}

reports::ScenarioInfo info_of(const models::Loaded& loaded, const std::string& file) {
    return {loaded.scenario->name, loaded.scenario->about, file, loaded.sha256, {}};
}

std::string why_no_folder(const std::string& path) {
    std::error_code error;
    if (path.empty() || !std::filesystem::exists(path, error) ||
        std::filesystem::is_directory(path, error)) {
        return {};
    }
    return fmt::format("spate: --out {} is not a folder\n", reports::printable(path));
}

bool make_folder(const std::string& path) {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (!error) return true;
    complain(
        fmt::format("cannot make the folder {}: {}", reports::printable(path), error.message()));
    return false;
}

namespace {

// On the disk, before a name says that it is there.
bool is_synced(const std::string& path) {
    const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return false;
    const bool is_done = fsync(descriptor) == 0 || errno == EINVAL;
    const int why = errno;
    close(descriptor);
    errno = why;
    return is_done;
}

}  // namespace

bool write_file(const std::string& path, const std::string& text) {
    return write_file(path, [&](std::ostream& out) { out << text; });
}

bool write_file(const std::string& path, const std::function<void(std::ostream&)>& write) {
    const std::string temporary = fmt::format("{}.{}.tmp", path, getpid());
    std::ofstream out(temporary, std::ios::binary);
    write(out);
    out.close();
    if (out && !is_synced(temporary)) out.setstate(std::ios::failbit);
    std::error_code error;
    if (out) std::filesystem::rename(temporary, path, error);
    if (out && !error) return true;
    complain(
        fmt::format("cannot write {}: {}", path, error ? error.message() : std::strerror(errno)));
    std::filesystem::remove(temporary, error);
    return false;
}

}  // namespace tools
