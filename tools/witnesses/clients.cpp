// Clients for tools/witness: requests over loopback to a backend or to a proxy before several, and
// what became of each, as `spate replay` reads it.
//
//   clients open PORT RATE SECONDS WORK_US SEED     Poisson arrivals
//   clients closed PORT USERS SECONDS WORK_US SEED  users who do not think
//
// The work is exponential with that mean. In an open loop latency counts from the moment a request
// was due, not from the one at which it was sent (no coordinated omission). The work in the trace
// is what the backend was busy for, where it said so, else what was asked for.
#include <random>
#include <unordered_map>

#include "tools/witnesses/wire.h"

namespace {

using witness::Micros;

// How long replies are waited for after the last request.
constexpr Micros kPatience = 5'000'000;
constexpr int kGone = 502;     // the connection was closed instead of a reply
constexpr int kNoReply = 504;  // there was none within kPatience

struct Request {
    Micros due = 0;
    Micros work = 0;
    std::int64_t backend = -1;
    Micros latency = 0;
    std::int64_t wait = -1;  // at the backend
    int status = 0;          // 0: not answered yet
};

struct Connection {
    std::string text;
    std::size_t request = 0;
    bool is_busy = false;
};

struct Answer {
    int status;
    std::int64_t backend;
    std::int64_t work;
    std::int64_t wait;
};

class Clients {
public:
    explicit Clients(int port) : port_(port) {}

    // Requests that fall due whether others have ended or not.
    void open(double rate, Micros span, double mean_work, std::uint64_t seed) {
        draw(rate, span, mean_work, seed);
        const Micros start = witness::now();
        for (Request& each : requests_) each.due += start;
        const Micros last = start + span + kPatience;
        std::size_t next = 0;
        while (next < requests_.size() || (unanswered_ > 0 && witness::now() < last)) {
            while (next < requests_.size() && requests_[next].due <= witness::now()) ask(next++);
            for (const int fd :
                 poller_.wait(next < requests_.size() ? requests_[next].due : last)) {
                take(fd);
            }
        }
        tell(start);
        tell_way();
    }

    // Users who ask again as soon as they are answered.
    void closed(std::size_t users, Micros span, double mean_work, std::uint64_t seed) {
        std::mt19937_64 works(seed);
        std::exponential_distribution<double> unit(1);
        const Micros start = witness::now();
        const Micros last = start + span + kPatience;
        while (witness::now() < start + span || (unanswered_ > 0 && witness::now() < last)) {
            while (unanswered_ < users && witness::now() < start + span) {
                requests_.push_back(Request{});
                requests_.back().due = witness::now();
                requests_.back().work = static_cast<Micros>(mean_work * unit(works));
                ask(requests_.size() - 1);
            }
            for (const int fd : poller_.wait(last)) take(fd);
        }
        tell(start);
        tell_way();
    }

private:
    void draw(double rate, Micros span, double mean_work, std::uint64_t seed) {
        std::mt19937_64 arrivals(seed), works(seed + 1'000'000);
        std::exponential_distribution<double> gap(rate / 1e6), unit(1);
        for (double at = gap(arrivals); at < static_cast<double>(span); at += gap(arrivals)) {
            requests_.push_back(Request{});
            requests_.back().due = static_cast<Micros>(at);
            requests_.back().work = static_cast<Micros>(mean_work * unit(works));
        }
    }

    void ask(std::size_t index) {
        const int fd = idle_connection();
        Connection& connection = connections_[fd];
        connection.is_busy = true;
        connection.request = index;
        connection.text.clear();
        ++unanswered_;
        if (!witness::deliver(fd, "GET /" + std::to_string(requests_[index].work) +
                                      " HTTP/1.1\r\nHost: witness\r\n\r\n")) {
            drop(fd);
        }
    }

    // The one that was used last, so that no more are open than needed.
    int idle_connection() {
        if (!idle_.empty()) {
            const int last = idle_.back();
            idle_.pop_back();
            return last;
        }
        const int fd = witness::connected(port_);
        poller_.watch(fd);
        connections_[fd] = Connection{};
        return fd;
    }

    void take(int fd) {
        const auto found = connections_.find(fd);
        if (found == connections_.end()) return;
        Connection& connection = found->second;
        const bool is_open = witness::receive(fd, connection.text);
        if (connection.is_busy) answer(fd, connection);
        if (!is_open) drop(fd);
    }

    // Once the whole of the reply is there.
    void answer(int fd, Connection& connection) {
        const std::string_view text = connection.text;
        const std::size_t end = text.find("\r\n\r\n");
        if (end == std::string_view::npos) return;
        const std::string_view head = text.substr(0, end + 2);
        const std::int64_t length = witness::header_number(head, "Content-Length");
        if (length > 0 && text.size() < end + 4 + static_cast<std::size_t>(length)) return;
        end_request(connection, Answer{std::atoi(connection.text.c_str() + 9),  // after "HTTP/1.1 "
                                       witness::header_number(head, "X-Backend"),
                                       witness::header_number(head, "X-Work"),
                                       witness::header_number(head, "X-Wait")});
        connection.text.clear();
        idle_.push_back(fd);
    }

    void end_request(Connection& connection, const Answer& answer) {
        Request& request = requests_[connection.request];
        request.status = answer.status;
        request.backend = answer.backend;
        request.wait = answer.wait;
        if (answer.work >= 0) request.work = answer.work;
        request.latency = witness::now() - request.due;
        connection.is_busy = false;
        --unanswered_;
    }

    void drop(int fd) {
        Connection& connection = connections_.at(fd);
        if (connection.is_busy) end_request(connection, Answer{kGone, -1, -1, -1});
        close(fd);
        connections_.erase(fd);
        std::erase(idle_, fd);
    }

    void tell(Micros start) {
        std::printf("time_us,work_us,backend,latency_us,status\n");
        for (Request& each : requests_) {
            if (each.status == 0) each.latency = witness::now() - each.due;
            const std::string backend = each.backend < 0 ? "" : std::to_string(each.backend);
            std::printf("%lld,%lld,%s,%lld,%d\n", static_cast<long long>(each.due - start),
                        static_cast<long long>(each.work), backend.c_str(),
                        static_cast<long long>(each.latency),
                        each.status == 0 ? kNoReply : each.status);
        }
    }

    void tell_way() const {
        double sum = 0;
        double count = 0;
        for (const Request& each : requests_) {
            if (each.wait < 0) continue;
            sum += static_cast<double>(each.latency - each.work - each.wait);
            ++count;
        }
        if (count > 0) std::fprintf(stderr, "way %.1f\n", sum / count);
    }

    int port_;
    witness::Poller poller_;
    std::vector<Request> requests_;
    std::unordered_map<int, Connection> connections_;
    std::vector<int> idle_;
    std::size_t unanswered_ = 0;
};

}  // namespace

int main(int count, char** arguments) {
    const std::string_view how = count == 7 ? arguments[1] : "";
    if (how != "open" && how != "closed") {
        std::fprintf(stderr,
                     "clients open PORT RATE SECONDS WORK_US SEED\n"
                     "clients closed PORT USERS SECONDS WORK_US SEED\n");
        return 2;
    }
    witness::be_exact();
    Clients clients(std::atoi(arguments[2]));
    const auto span = static_cast<Micros>(std::atof(arguments[4]) * 1e6);
    const double mean_work = std::atof(arguments[5]);
    const std::uint64_t seed = std::strtoull(arguments[6], nullptr, 10);
    if (how == "open") {
        clients.open(std::atof(arguments[3]), span, mean_work, seed);
    } else {
        clients.closed(static_cast<std::size_t>(std::atoi(arguments[3])), span, mean_work, seed);
    }
}
