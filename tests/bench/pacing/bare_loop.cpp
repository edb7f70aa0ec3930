#include "tests/bench/pacing/bare_loop.h"

#include "tests/bench/pacing/byte_sink.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace rollover::bench {

namespace {

std::vector<int> connected(std::uint16_t port, unsigned count) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(port);
    std::vector<int> all;
    for (unsigned i = 0; i < count; ++i) {
        const int one = ::socket(AF_INET, SOCK_STREAM, 0);
        const int on = 1;
        ::setsockopt(one, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (::connect(one, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) {
            std::perror("connect");
            std::exit(1);
        }
        all.push_back(one);
    }
    return all;
}

void close_all(const std::vector<int>& sockets) {
    for (const int one : sockets) {
        ::close(one);
    }
}

bool send_one(int socket) {
    return ::send(socket, "x", 1, MSG_DONTWAIT | MSG_NOSIGNAL) == 1;
}

std::int64_t now_ns() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

void sleep_until_ns(std::int64_t when) {
    const timespec until{when / 1'000'000'000, when % 1'000'000'000};
    ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
}

}  // namespace

double cpu_seconds() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double bare_sends_per_second(unsigned sockets) {
    byte_sink sink(sockets, 0);
    const auto all = connected(sink.port(), sockets);
    const double begin = cpu_seconds();
    std::uint64_t sends = 0;
    while (cpu_seconds() - begin < 1.0) {
        for (const int one : all) {
            sends += send_one(one) ? 1 : 0;
        }
    }
    const double rate = static_cast<double>(sends) / (cpu_seconds() - begin);
    close_all(all);
    (void)sink.report();
    return rate;
}

bare_outcome bare_loop(std::uint16_t port, unsigned lines, unsigned characters, duration gap) {
    const auto all = connected(port, lines);
    const std::int64_t start = now_ns() + 100'000'000;
    std::vector<std::int64_t> due(lines);
    for (unsigned i = 0; i < lines; ++i) {
        due[i] = start + gap.count() * i / lines;
    }
    std::vector<std::int64_t> first(lines);
    const double cpu_before = cpu_seconds();
    // All gaps are equal, so the lines come due in the same order again and again: no queue is needed.
    for (unsigned k = 0; k < characters; ++k) {
        for (unsigned i = 0; i < lines; ++i) {
            if (now_ns() < due[i]) {
                sleep_until_ns(due[i]);
            }
            if (!send_one(all[i])) {
                std::perror("send");
                std::exit(1);
            }
            const std::int64_t after = now_ns();
            due[i] = after + gap.count();
            if (k == 0) {
                first[i] = after;
            }
        }
    }
    bare_outcome out;
    out.cpu_seconds = cpu_seconds() - cpu_before;
    for (unsigned i = 0; i < lines; ++i) {
        const duration took(due[i] - gap.count() - first[i]);
        out.slowest = std::max(out.slowest, took);
        out.mean_time += took / lines;
    }
    close_all(all);
    return out;
}

}  // namespace rollover::bench
