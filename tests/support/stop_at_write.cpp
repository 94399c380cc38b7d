// Preloaded (LD_PRELOAD) into a program under test: its nth change to what lies under a folder is
// the last one that it makes.
//
//     STOP_UNDER=out STOP_AT=7 STOP_HOW=kill      killed before its 7th change
//     STOP_UNDER=out STOP_AT=7 STOP_HOW=full      from the 7th on the disk is full
//     STOP_UNDER=out STOP_AT=7 STOP_HOW=interrupt SIGTERM before its 7th, which is made
//     STOP_COUNT=file                                how many there were goes there
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <string>

namespace {

std::atomic<long> changes = 0;

long at() {
    const char* const text = getenv("STOP_AT");
    return text == nullptr ? 0 : atol(text);
}
bool how(const char* word) {
    const char* const text = getenv("STOP_HOW");
    return text != nullptr && strcmp(text, word) == 0;
}

bool is_under(const char* path) {
    const char* const folder = getenv("STOP_UNDER");
    if (folder == nullptr) return false;
    char full[4096];
    if (path[0] != '/' && getcwd(full, sizeof full) != nullptr) {
        return (std::string(full) + "/" + path).starts_with(folder);
    }
    return strncmp(path, folder, strlen(folder)) == 0;
}
bool is_under(int file) {
    char name[64];
    char path[4096] = {};
    snprintf(name, sizeof name, "/proc/self/fd/%d", file);
    return readlink(name, path, sizeof path - 1) > 0 && is_under(path);
}

// False: the disk is full, as far as this takes room.
bool goes_on(bool takes_room) {
    const long now = ++changes;
    if (at() == 0 || now < at()) return true;
    if (how("kill")) kill(getpid(), SIGKILL);
    if (how("interrupt") && now == at()) kill(getpid(), SIGTERM);
    if (!how("full") || !takes_room) return true;
    errno = ENOSPC;
    return false;
}

template <class Function>
Function* real(const char* name) {
    return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

__attribute__((destructor)) void tell() {
    const char* const file = getenv("STOP_COUNT");
    if (file == nullptr) return;
    if (FILE* const out = fopen(file, "w")) {
        fprintf(out, "%ld\n", changes.load());
        fclose(out);
    }
}

}  // namespace

extern "C" {

ssize_t write(int file, const void* bytes, size_t count) {
    static auto* const next = real<ssize_t(int, const void*, size_t)>("write");
    if (is_under(file) && !goes_on(true)) return -1;
    return next(file, bytes, count);
}
ssize_t writev(int file, const iovec* parts, int count) {
    static auto* const next = real<ssize_t(int, const iovec*, int)>("writev");
    if (is_under(file) && !goes_on(true)) return -1;
    return next(file, parts, count);
}
int fsync(int file) {
    static auto* const next = real<int(int)>("fsync");
    if (is_under(file) && !goes_on(true)) return -1;
    return next(file);
}
int mkdir(const char* path, mode_t mode) noexcept {
    static auto* const next = real<int(const char*, mode_t)>("mkdir");
    if (is_under(path) && !goes_on(true)) return -1;
    return next(path, mode);
}
int linkat(int from_in, const char* from, int to_in, const char* to, int flags) noexcept {
    static auto* const next = real<int(int, const char*, int, const char*, int)>("linkat");
    if (is_under(to) && !goes_on(true)) return -1;
    return next(from_in, from, to_in, to, flags);
}
int rename(const char* from, const char* to) noexcept {
    static auto* const next = real<int(const char*, const char*)>("rename");
    if (is_under(to) && !goes_on(false)) return -1;
    return next(from, to);
}
int renameat2(int from_in, const char* from, int to_in, const char* to, unsigned flags) noexcept {
    static auto* const next = real<int(int, const char*, int, const char*, unsigned)>("renameat2");
    if (is_under(to) && !goes_on(false)) return -1;
    if (getenv("STOP_NO_EXCHANGE") != nullptr) {
        errno = EINVAL;
        return -1;
    }
    return next(from_in, from, to_in, to, flags);
}
int unlink(const char* path) noexcept {
    static auto* const next = real<int(const char*)>("unlink");
    if (is_under(path) && !goes_on(false)) return -1;
    return next(path);
}
int rmdir(const char* path) noexcept {
    static auto* const next = real<int(const char*)>("rmdir");
    if (is_under(path) && !goes_on(false)) return -1;
    return next(path);
}

}  // extern "C"
