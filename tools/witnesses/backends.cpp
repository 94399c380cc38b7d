// Backends for tools/witness: on each port an HTTP server with one worker that sleeps for as many
// microseconds as the request's path says, and one line, first come, first served.
//
//   backends PORT...
//
// A reply says in X-Backend which one it was, from 0, in X-Wait for how long it stood in line, and
// in X-Work for how long the worker was in fact busy: sleep ends late on a loaded machine, and what
// a replay is to play is what was done.
#include <deque>
#include <unordered_map>

#include "tools/witnesses/wire.h"

namespace {

using witness::Micros;

constexpr Micros kForever = 3'600'000'000;

struct Job {
    int fd;
    std::uint64_t connection;  // the one that had this descriptor
    Micros work;
    Micros arrival = 0;
};

struct Backend {
    std::deque<Job> line;  // the first is with the worker
    Micros start = 0;      // of the first
    Micros end = 0;
};

struct Connection {
    std::uint64_t number;
    std::size_t backend;
    std::string text;
};

class Backends {
public:
    explicit Backends(const std::vector<int>& ports) : backends_(ports.size()) {
        for (const int port : ports) listen_at(port);
    }

    [[noreturn]] void serve() {
        for (;;) {
            for (const int fd : poller_.wait(next_end())) {
                if (const auto found = listeners_.find(fd); found != listeners_.end()) {
                    admit(fd, found->second);
                } else {
                    read(fd);
                }
            }
            for (std::size_t i = 0; i < backends_.size(); ++i) finish(i);
        }
    }

private:
    void listen_at(int port) {
        const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        const int one = 1;
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
        const sockaddr_in address = witness::loopback(port);
        if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
            listen(fd, 4096) != 0) {
            witness::fail("port " + std::to_string(port));
        }
        poller_.watch(fd);
        const std::size_t backend = listeners_.size();
        listeners_.emplace(fd, backend);
    }

    Micros next_end() const {
        Micros next = witness::now() + kForever;
        for (const Backend& each : backends_) {
            if (!each.line.empty()) next = std::min(next, each.end);
        }
        return next;
    }

    void admit(int listener, std::size_t backend) {
        for (;;) {
            const int fd = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (fd < 0) return;
            witness::be_prompt(fd);
            connections_[fd] = Connection{++admitted_, backend, {}};
            poller_.watch(fd);
        }
    }

    void read(int fd) {
        Connection& connection = connections_.at(fd);
        const bool is_open = witness::receive(fd, connection.text);
        for (std::size_t end = connection.text.find("\r\n\r\n"); end != std::string::npos;
             end = connection.text.find("\r\n\r\n")) {
            // "GET /10000 HTTP/1.1"
            const std::size_t path = connection.text.find('/');
            const Micros work = std::strtoll(connection.text.c_str() + path + 1, nullptr, 10);
            connection.text.erase(0, end + 4);
            enqueue(connection.backend, Job{fd, connection.number, work, witness::now()});
        }
        if (is_open) return;
        close(fd);
        connections_.erase(fd);
    }

    void enqueue(std::size_t backend, const Job& job) {
        Backend& it = backends_[backend];
        it.line.push_back(job);
        if (it.line.size() == 1) begin(it, job.arrival);
    }

    static void begin(Backend& backend, Micros at) {
        backend.start = at;
        backend.end = at + backend.line.front().work;
    }

    void finish(std::size_t index) {
        Backend& it = backends_[index];
        while (!it.line.empty()) {
            const Micros at = witness::now();
            if (at < it.end) return;
            reply(it.line.front(), index, it.start, at);
            it.line.pop_front();
            if (!it.line.empty()) begin(it, at);
        }
    }

    void reply(const Job& job, std::size_t backend, Micros start, Micros end) {
        const auto found = connections_.find(job.fd);
        if (found == connections_.end() || found->second.number != job.connection) return;
        witness::deliver(job.fd, "HTTP/1.1 200 OK\r\nX-Backend: " + std::to_string(backend) +
                                     "\r\nX-Work: " + std::to_string(end - start) +
                                     "\r\nX-Wait: " + std::to_string(start - job.arrival) +
                                     "\r\nContent-Length: 2\r\n\r\nok");
    }

    witness::Poller poller_;
    std::vector<Backend> backends_;
    std::unordered_map<int, std::size_t> listeners_;
    std::unordered_map<int, Connection> connections_;
    std::uint64_t admitted_ = 0;
};

}  // namespace

int main(int count, char** arguments) {
    std::vector<int> ports;
    for (int i = 1; i < count; ++i) ports.push_back(std::atoi(arguments[i]));
    witness::be_exact();
    Backends(ports).serve();
}
