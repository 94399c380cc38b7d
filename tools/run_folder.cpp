#include "tools/run_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include "reports/words/terminal.h"
#include "tools/command.h"

namespace tools {

namespace {

namespace fs = std::filesystem;

// Without a slash at its end, and where a link leads.
std::string resolved(const std::string& folder) {
    std::error_code error;
    fs::path path = fs::weakly_canonical(fs::absolute(folder), error);
    if (error) path = fs::absolute(folder).lexically_normal();
    if (!path.has_filename() && path.has_relative_path()) path = path.parent_path();
    return path.string();
}

bool failed(const std::string& what, const std::string& path) {
    complain(fmt::format("cannot {} {}: {}", what, reports::printable(path), std::strerror(errno)));
    return false;
}

// What is in it is on the disk, under the names that it has.
bool sync_folder(const std::string& folder) {
    const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return failed("open", folder);
    // A file system that cannot do it for folders does it with its files.
    const bool is_synced = fsync(descriptor) == 0 || errno == EINVAL;
    if (!is_synced) failed("sync", folder);
    close(descriptor);
    return is_synced;
}

// Files in it, and in the folders within it, by their path from there.
std::vector<std::string> files_in(const std::string& folder) {
    std::vector<std::string> files;
    std::error_code error;
    for (const auto& each : fs::recursive_directory_iterator(folder, error)) {
        if (each.is_directory() && !each.is_symlink()) continue;
        files.push_back(each.path().lexically_relative(folder).string());
    }
    std::ranges::sort(files);
    return files;
}

// A name that is free for what a person's own file was called.
std::string kept_name(const std::string& file) {
    std::string name = file + ".kept";
    struct stat found {};
    for (int number = 2; lstat(name.c_str(), &found) == 0; ++number) {
        name = fmt::format("{}.kept{}", file, number);
    }
    return name;
}

bool is_there(const std::string& path) {
    struct stat found {};
    return lstat(path.c_str(), &found) == 0;
}

dev_t device_of(const std::string& path) {
    struct stat found {};
    return stat(path.c_str(), &found) == 0 ? found.st_dev : 0;
}

// Whether the files of a folder without a manifest are those of an earlier version.
bool is_old_run(const std::string& folder) {
    for (const char* const main : {"run.json", "compare.json", "sweep.json", "lab.json"}) {
        if (is_there(folder + "/" + main)) return true;
    }
    return false;
}

}  // namespace

HeldInterrupts::HeldInterrupts() {
    sigset_t held;
    sigemptyset(&held);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&held, signal);
    pthread_sigmask(SIG_BLOCK, &held, &before_);
}
HeldInterrupts::~HeldInterrupts() {
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

RunFolder::RunFolder(std::string folder)
    : folder_(folder.empty() ? std::move(folder) : resolved(folder)) {}

RunFolder::~RunFolder() {
    release();
}

void RunFolder::release() {
    if (descriptor_ < 0) return;
    remove_replaced();
    rmdir(lock_.c_str());
    close(std::exchange(descriptor_, -1));
    // Parents that were made for nothing; one that something is in stays.
    for (fs::path parent = fs::path(folder_).parent_path(); !made_.empty();
         parent = parent.parent_path()) {
        if (rmdir(parent.c_str()) != 0 || parent == made_) break;
    }
}

bool RunFolder::lock() {
    if (folder_.empty() || descriptor_ >= 0) return true;
    const fs::path path(folder_);
    const std::string parent = path.parent_path().string();
    for (fs::path each = parent; each.has_relative_path() && !is_there(each.string());
         each = each.parent_path()) {
        made_ = each.string();
    }
    if (!make_folder(parent)) return false;
    // A file system of its own cannot be exchanged for what lies beside it.
    const bool is_mounted = is_there(folder_) && device_of(folder_) != device_of(parent);
    if (!is_mounted && lock_in(parent + "/." + path.filename().string() + ".spate")) return true;
    int why = errno;
    const bool may_not = why == EACCES || why == EPERM || why == EROFS;
    if (is_mounted || (may_not && is_there(folder_))) {
        if (lock_in(folder_ + "/.spate")) return true;
        why = errno;
    }
    errno = why;
    if (errno == EWOULDBLOCK) {
        complain(
            fmt::format("another spate is writing to {}\n    wait for it, or name another "
                        "folder",
                        reports::printable(folder_)));
        return false;
    }
    return failed("make the folder", lock_);
}

// The lock is the folder itself; one that was left behind by who was killed is free.
bool RunFolder::lock_in(const std::string& folder) {
    lock_ = folder;
    for (int attempt = 0; attempt < 100; ++attempt) {
        if (mkdir(lock_.c_str(), 0777) != 0 && errno != EEXIST) return false;
        const int descriptor = open(lock_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (descriptor < 0 && errno == ENOENT) continue;
        if (descriptor < 0) return false;
        if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
            const int why = errno;
            close(descriptor);
            errno = why;
            return false;
        }
        struct stat mine {};
        struct stat there {};
        if (fstat(descriptor, &mine) == 0 && stat(lock_.c_str(), &there) == 0 &&
            mine.st_ino == there.st_ino) {
            descriptor_ = descriptor;
            return true;
        }
        close(descriptor);  // whoever had it has removed it meanwhile
    }
    errno = EWOULDBLOCK;
    return false;
}

bool RunFolder::begin() {
    if (!lock()) return false;
    staged_ = lock_ + "/new";
    remove_replaced();
    if (mkdir(staged_.c_str(), 0777) == 0) return true;
    return failed("make the folder", staged_);
}

bool RunFolder::commit(const std::string& command, const std::string& fingerprint) {
    const bool is_done = put_in_place(command, fingerprint);
    release();
    return is_done;
}

bool RunFolder::put_in_place(const std::string& command, const std::string& fingerprint) {
    Manifest manifest;
    manifest.command = command;
    manifest.fingerprint = fingerprint;
    if (!mark_staged(manifest)) return false;
    const std::vector<Own> own = owned();
    if (!can_exchange(own)) return put_one_by_one(manifest);
    if (!write_file(staged_ + "/" + kManifest, text_of(manifest)) || !carry(own)) return false;
    for (const auto& each : fs::recursive_directory_iterator(staged_)) {
        if (each.is_directory() && !sync_folder(each.path().string())) return false;
    }
    if (!sync_folder(staged_)) return false;
    if (exchange()) {
        sync_folder(fs::path(folder_).parent_path().string());
        return true;
    }
    if (errno != EINVAL && errno != ENOSYS && errno != EXDEV && errno != EBUSY) {
        return failed("exchange", folder_);
    }
    return put_one_by_one(manifest);
}

bool RunFolder::mark_staged(Manifest& manifest) {
    for (const std::string& name : files_in(staged_)) {
        const auto mark = mark_of(staged_ + "/" + name);
        if (!mark) return failed("read", staged_ + "/" + name);
        manifest.files[name] = *mark;
    }
    return true;
}

// What is there now and was not written by the run before, or has been changed since.
std::vector<RunFolder::Own> RunFolder::owned() const {
    std::string why;
    const auto manifest = read_manifest(folder_, why);
    const bool is_old = !manifest && is_old_run(folder_);
    std::vector<Own> own;
    const auto look = [&](const fs::directory_entry& each, const std::string& name) {
        const auto known =
            manifest ? manifest->files.find(name) : std::map<std::string, FileMark>::iterator();
        const bool is_listed = manifest && known != manifest->files.end();
        // What a run that was cut short had put in place is nobody's own.
        if (is_listed && (!manifest->whole || mark_of(each.path().string()) == known->second))
            return;
        if (is_old && (is_of_old(name) || name.starts_with("charts/"))) return;
        own.push_back({name, each.is_directory() && !each.is_symlink()});
    };
    std::error_code error;
    for (const fs::directory_entry& each : fs::directory_iterator(folder_, error)) {
        const std::string name = each.path().filename().string();
        if ((manifest && name == kManifest) || name == ".spate") continue;
        if (name != "charts" || !each.is_directory()) {
            look(each, name);
            continue;
        }
        for (const fs::directory_entry& inner : fs::directory_iterator(each, error)) {
            look(inner, "charts/" + inner.path().filename().string());
        }
    }
    return own;
}

bool RunFolder::can_exchange(const std::vector<Own>& own) const {
    if (!is_there(folder_)) return true;
    if (lock_.starts_with(folder_ + "/")) return false;
    if (std::ranges::any_of(own, &Own::is_folder)) return false;
    // Whoever works in a folder goes on in it.
    std::error_code error;
    const std::string here = fs::current_path(error).string() + "/";
    return !here.starts_with(folder_ + "/");
}

// A second name for each: until the folders have been exchanged, both have it.
bool RunFolder::carry(const std::vector<Own>& own) {
    for (const Own& each : own) {
        std::string to = staged_ + "/" + each.name;
        std::error_code error;
        fs::create_directories(fs::path(to).parent_path(), error);
        if (is_there(to)) {
            to = kept_name(to);
            complain(fmt::format("{}/{} is not of a run; it is kept as {}",
                                 reports::printable(folder_), reports::printable(each.name),
                                 reports::printable(fs::path(to).filename().string())));
        }
        const std::string from = folder_ + "/" + each.name;
        if (linkat(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), 0) != 0) {
            return failed("carry over", from);
        }
    }
    return true;
}

bool RunFolder::exchange() {
    struct stat before {};
    if (stat(folder_.c_str(), &before) != 0) {
        return rename(staged_.c_str(), folder_.c_str()) == 0;
    }
    if (chmod(staged_.c_str(), before.st_mode & 07777) != 0) return false;
    return renameat2(AT_FDCWD, staged_.c_str(), AT_FDCWD, folder_.c_str(), RENAME_EXCHANGE) == 0;
}

// Whoever reads it meanwhile is told that it is not whole.
bool RunFolder::put_one_by_one(const Manifest& manifest) {
    if (!make_folder(folder_)) return false;
    const std::vector<Own> own = owned();
    std::string why;
    Manifest former = read_manifest(folder_, why).value_or(Manifest{});
    if (former.files.empty() && is_old_run(folder_)) {
        for (const std::string& name : files_in(folder_)) {
            const bool is_theirs = std::ranges::find(own, name, &Own::name) != own.end();
            if (!is_theirs && (is_of_old(name) || name.starts_with("charts/"))) {
                former.files[name] = {};
            }
        }
    }
    Manifest meanwhile = manifest;
    meanwhile.whole = false;
    for (const auto& [name, mark] : former.files) meanwhile.files.try_emplace(name, mark);
    for (const Own& each : own) {
        const std::string file = folder_ + "/" + each.name;
        if (each.is_folder || (!manifest.has(each.name) && each.name != kManifest)) continue;
        const std::string to = kept_name(file);
        if (rename(file.c_str(), to.c_str()) != 0) return failed("keep", file);
        complain(fmt::format("{} is not of a run; it is kept as {}", reports::printable(file),
                             reports::printable(fs::path(to).filename().string())));
    }
    if (!write_file(folder_ + "/" + kManifest, text_of(meanwhile))) return false;
    for (const auto& [name, mark] : former.files) {
        const bool is_own = std::ranges::find(own, name, &Own::name) != own.end();
        if (!manifest.has(name) && !is_own) unlink((folder_ + "/" + name).c_str());
    }
    for (const auto& [name, mark] : manifest.files) {
        const std::string to = folder_ + "/" + name;
        if (!make_folder(fs::path(to).parent_path().string())) return false;
        if (rename((staged_ + "/" + name).c_str(), to.c_str()) != 0) return failed("write", to);
    }
    return sync_folder(folder_) && write_file(folder_ + "/" + kManifest, text_of(manifest));
}

// What was exchanged, or a run that was killed has left: files that have another name elsewhere, or
// that a run wrote, are removed; a person's goes back.
void RunFolder::remove_replaced() {
    if (staged_.empty()) staged_ = lock_ + "/new";
    if (!is_there(staged_)) return;
    std::string why;
    const auto manifest = read_manifest(staged_, why);
    for (const std::string& name : files_in(staged_)) {
        const std::string file = staged_ + "/" + name;
        struct stat found {};
        const bool is_second_name = lstat(file.c_str(), &found) == 0 && found.st_nlink > 1;
        if (is_second_name || !manifest || manifest->has(name) || name == kManifest) {
            unlink(file.c_str());
            continue;
        }
        std::string back = folder_ + "/" + name;
        if (is_there(back)) back = kept_name(back);
        if (rename(file.c_str(), back.c_str()) != 0) failed("carry over", file);
    }
    std::vector<fs::path> folders;
    std::error_code error;
    for (const auto& each : fs::recursive_directory_iterator(staged_, error)) {
        folders.push_back(each.path());
    }
    for (auto each = folders.rbegin(); each != folders.rend(); ++each) rmdir(each->c_str());
    rmdir(staged_.c_str());
}

}  // namespace tools
