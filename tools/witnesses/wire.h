// What the two ends of tools/witness share: a clock, sockets of the loopback interface, and waiting
// for them to the microsecond.
#pragma once
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace witness {

// Microseconds since the start of the program.
using Micros = std::int64_t;

inline Micros now() {
    static const auto start = std::chrono::steady_clock::now();
    const auto passed = std::chrono::steady_clock::now() - start;
    return std::chrono::duration_cast<std::chrono::microseconds>(passed).count();
}

[[noreturn]] inline void fail(const std::string& what) {
    std::fprintf(stderr, "load: %s: %s\n", what.c_str(), std::strerror(errno));
    std::exit(1);
}

// The kernel may wake a sleeper 50 us late unless it is told otherwise, and connections wait in
// their hundreds when a server is overloaded.
inline void be_exact() {
    prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
    rlimit files{};
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

inline sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

// Small messages are sent at once.
inline void be_prompt(int fd) {
    const int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

// A connection over loopback is there at once or refused, so it is waited for.
inline int connected(int port) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    if (fd < 0 || connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        fail("port " + std::to_string(port));
    }
    be_prompt(fd);
    if (fcntl(fd, F_SETFL, O_NONBLOCK) != 0) fail("a socket");
    return fd;
}

// Readiness of many sockets, or a moment, whichever comes first.
class Poller {
public:
    Poller() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
        if (epoll_ < 0) fail("epoll");
    }

    void watch(int fd) const {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = fd;
        if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) fail("watching a socket");
    }

    // The sockets that have something to read; none when the moment has come.
    const std::vector<int>& wait(Micros until) {
        const Micros left = std::max<Micros>(until - now(), 0);
        timespec timeout{};
        timeout.tv_sec = left / 1'000'000;
        timeout.tv_nsec = left % 1'000'000 * 1000;
        epoll_event events[64];
        const int count = epoll_pwait2(epoll_, events, 64, &timeout, nullptr);
        ready_.clear();
        for (int i = 0; i < count; ++i) ready_.push_back(events[i].data.fd);
        return ready_;
    }

private:
    int epoll_;
    std::vector<int> ready_;
};

// Adds what has come in to the text; false when the other side has closed.
inline bool receive(int fd, std::string& text) {
    char part[16384];
    for (;;) {
        const ssize_t got = recv(fd, part, sizeof part, 0);
        if (got > 0) text.append(part, static_cast<std::size_t>(got));
        if (got == static_cast<ssize_t>(sizeof part)) continue;
        if (got == 0) return false;
        return got > 0 || errno == EAGAIN || errno == EINTR;
    }
}

// Messages here fit a socket's buffer many times over.
inline bool deliver(int fd, std::string_view text) {
    return send(fd, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

// A header's number, as in "X-Work: 17"; -1 without it. Proxies may change the case of its name.
inline std::int64_t header_number(std::string_view head, std::string_view name) {
    for (std::size_t line = head.find("\r\n"); line != std::string_view::npos;
         line = head.find("\r\n", line + 2)) {
        const std::string_view rest = head.substr(line + 2);
        if (rest.size() < name.size() + 2 || rest[name.size()] != ':') continue;
        if (strncasecmp(rest.data(), name.data(), name.size()) != 0) continue;
        return std::strtoll(std::string(rest.substr(name.size() + 1, 24)).c_str(), nullptr, 10);
    }
    return -1;
}

}  // namespace witness
