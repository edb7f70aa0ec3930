#include "tests/bench/pacing/byte_sink.h"

#include "drivers/console/duration_histogram.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace rollover::bench {

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;

void require(bool ok, const char* what) {
    if (!ok) {
        std::perror(what);
        std::_Exit(1);
    }
}

/// Reads once; the number of bytes, and the stamp of the last.
ssize_t read_stamped(int descriptor, std::int64_t& stamp) {
    std::array<char, 256> bytes{};
    alignas(cmsghdr) std::array<char, 128> control{};
    iovec into{bytes.data(), bytes.size()};
    msghdr message{};
    message.msg_iov = &into;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const auto count = ::recvmsg(descriptor, &message, MSG_DONTWAIT);
    for (cmsghdr* one = count > 0 ? CMSG_FIRSTHDR(&message) : nullptr; one != nullptr;
         one = CMSG_NXTHDR(&message, one)) {
        if (one->cmsg_level == SOL_SOCKET && one->cmsg_type == SCM_TIMESTAMPNS) {
            timespec time{};
            std::copy_n(reinterpret_cast<const char*>(CMSG_DATA(one)), sizeof time, reinterpret_cast<char*>(&time));
            stamp = time.tv_sec * second_ns + time.tv_nsec;
        }
    }
    return count;
}

class sink {
public:
    sink(int listener, unsigned connections, std::int64_t promised)
        : listener_(listener), left_(connections), promised_(promised), epoll_(::epoll_create1(0)) {
        watch(listener_);
    }

    sink_report run() {
        std::array<epoll_event, 512> ready{};
        while (left_ > 0) {
            const int count = ::epoll_wait(epoll_, ready.data(), ready.size(), -1);
            for (int i = 0; i < count; ++i) {
                const int descriptor = ready[static_cast<std::size_t>(i)].data.fd;
                if (descriptor == listener_) {
                    accept();
                } else {
                    receive(descriptor);
                }
            }
        }
        report_.gaps = gaps_.count();
        report_.shortest_ns = gaps_.least().count();
        report_.p50_ns = gaps_.percentile(0.5).count();
        report_.p99_ns = gaps_.percentile(0.99).count();
        report_.longest_ns = gaps_.most().count();
        return report_;
    }

private:
    void watch(int descriptor) const {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = descriptor;
        require(::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) == 0, "epoll_ctl");
    }
    void accept() {
        const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
        require(descriptor >= 0, "accept");
        const int on = 1;
        require(::setsockopt(descriptor, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) == 0, "SO_TIMESTAMPNS");
        last_.resize(std::max(last_.size(), static_cast<std::size_t>(descriptor) + 1));
        watch(descriptor);
    }
    void receive(int descriptor) {
        std::int64_t stamp = 0;
        const auto count = read_stamped(descriptor, stamp);
        if (count <= 0) {
            ::close(descriptor);
            --left_;
            return;
        }
        report_.bytes += static_cast<std::uint64_t>(count);
        auto& last = last_[static_cast<std::size_t>(descriptor)];
        if (count > 1) {
            report_.together += static_cast<std::uint64_t>(count) - 1;
        } else if (last != 0) {
            gaps_.add(duration(stamp - last));
            report_.short_gaps += stamp - last < promised_ ? 1 : 0;
        }
        last = stamp;
    }

    int listener_;
    unsigned left_;
    std::int64_t promised_;
    int epoll_;
    std::vector<std::int64_t> last_;
    sink_report report_;
    console::duration_histogram<16, 21, 7> gaps_;
};

}  // namespace

byte_sink::byte_sink(unsigned connections, std::int64_t promised_gap_ns) {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof at;
    require(::bind(listener, reinterpret_cast<sockaddr*>(&at), length) == 0, "bind");
    require(::listen(listener, 4096) == 0, "listen");
    require(::getsockname(listener, reinterpret_cast<sockaddr*>(&at), &length) == 0, "getsockname");
    port_ = ntohs(at.sin_port);
    std::array<int, 2> ends{};
    require(::pipe(ends.data()) == 0, "pipe");
    std::fflush(nullptr);
    child_ = ::fork();
    require(child_ >= 0, "fork");
    if (child_ == 0) {
        ::close(ends[0]);
        const sink_report result = sink(listener, connections, promised_gap_ns).run();
        require(::write(ends[1], &result, sizeof result) == sizeof result, "write");
        std::_Exit(0);
    }
    ::close(ends[1]);
    ::close(listener);
    results_ = ends[0];
}

byte_sink::~byte_sink() {
    ::close(results_);
    ::waitpid(child_, nullptr, 0);
}

sink_report byte_sink::report() {
    sink_report result;
    require(::read(results_, &result, sizeof result) == sizeof result, "read");
    return result;
}

}  // namespace rollover::bench
