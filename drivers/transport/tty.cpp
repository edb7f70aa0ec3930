#include "drivers/transport/tty.h"

#include "drivers/transport/raw_line.h"
#include "drivers/transport/tty_settings.h"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace rollover::transport {

namespace {

using namespace std::chrono_literals;

std::string os_words(int error_number) {
    return std::generic_category().message(error_number);
}

/// The descriptor of an open port; closes it.
class port {
public:
    explicit port(int descriptor) : descriptor_(descriptor) {}
    port(port&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    port& operator=(port&&) = delete;
    ~port() { close(); }
    [[nodiscard]] int get() const noexcept { return descriptor_; }
    void close() noexcept {
        if (descriptor_ >= 0) {
            ::close(std::exchange(descriptor_, -1));
        }
    }

private:
    int descriptor_;
};

class tty_stream final : public byte_stream {
public:
    tty_stream(port device, std::unique_ptr<descriptor_watch> watch)
        : port_(std::move(device)), watch_(std::move(watch)) {}

    task<result<std::size_t>> read_some(std::span<char> into, time_point deadline) override {
        for (;;) {
            const ssize_t got = port_.get() < 0 ? -1 : ::read(port_.get(), into.data(), into.size());
            if (got > 0) {
                co_return static_cast<std::size_t>(got);
            }
            if (port_.get() < 0) {
                co_return failure(errc::cancelled, "the port was closed here");
            }
            // A pseudo-terminal whose other end is gone reads as EIO, an unplugged adapter as the end of the file.
            if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
                co_return failure(errc::peer_closed, "the serial port is gone");
            }
            const auto waited = co_await watch_->wait(descriptor_watch::readiness::readable, deadline);
            if (!waited) {
                co_return waited.error();
            }
        }
    }

    task<result<void>> write(std::string_view bytes, time_point deadline) override {
        while (!bytes.empty()) {
            const auto taken = try_write(bytes);
            if (!taken) {
                co_return taken.error();
            }
            bytes.remove_prefix(*taken);
            if (*taken == 0) {
                auto waited = co_await writable(deadline);
                if (!waited) {
                    co_return waited;
                }
            }
        }
        co_return result<void>();
    }

    result<std::size_t> try_write(std::string_view bytes) override {
        if (port_.get() < 0) {
            return failure(errc::cancelled, "the port was closed here");
        }
        const ssize_t taken = ::write(port_.get(), bytes.data(), bytes.size());
        if (taken >= 0) {
            return static_cast<std::size_t>(taken);
        }
        if (errno == EAGAIN || errno == EINTR) {
            return std::size_t{0};
        }
        return failure(errc::peer_closed, "the serial port is gone: " + os_words(errno));
    }

    task<result<void>> writable(time_point deadline) override {
        co_return co_await watch_->wait(descriptor_watch::readiness::writable, deadline);
    }

    std::optional<std::size_t> unacknowledged() const override {
        int waiting = 0;  // ioctl_tty(2): bytes that the UART has not sent yet
        if (::ioctl(port_.get(), TIOCOUTQ, &waiting) != 0) {
            return std::nullopt;
        }
        return static_cast<std::size_t>(waiting);
    }

    void close() noexcept override {
        watch_.reset();
        port_.close();
    }

    int descriptor() const noexcept override { return port_.get(); }

private:
    port port_;
    std::unique_ptr<descriptor_watch> watch_;
};

/// Sets, reads back and compares: tcsetattr(3) is content when any one of the changes was made.
result<void> set_port(int descriptor, const serial_settings& wanted) {
    termios now{};
    if (::tcgetattr(descriptor, &now) != 0) {
        return failure(errc::io, "reading the settings of the port: " + os_words(errno));
    }
    auto applied = apply(wanted, now);
    if (!applied) {
        return applied;
    }
    if (::tcsetattr(descriptor, TCSANOW, &now) != 0 || ::tcgetattr(descriptor, &now) != 0) {
        return failure(errc::refused, "the port cannot be set to " + to_string(wanted) + ": " + os_words(errno));
    }
    const serial_settings made = settings_of(now);
    if (!(made == wanted)) {
        return failure(errc::refused,
                       "the port was asked for " + to_string(wanted) + " and was set to " + to_string(made));
    }
    return {};
}

class tty_line final : public raw_line {
public:
    tty_line(runtime& rt, std::unique_ptr<byte_stream> stream, int descriptor)
        : raw_line(rt, std::move(stream)), runtime_(rt), descriptor_(descriptor) {}

    task<result<void>> send_break(duration how_long) override {
        // tcsendbreak(3) and tcdrain(3) would stop the whole process: the same ioctls, waited for on the runtime.
        const time_point patience = runtime_.now() + 5s;
        while (unacknowledged().value_or(0) > 0 && runtime_.now() < patience) {
            auto slept = co_await sleep_for(runtime_, 2ms);
            if (!slept) {
                co_return slept;
            }
        }
        if (::ioctl(descriptor_, TIOCSBRK) != 0) {
            co_return failure(errc::io, "the port cannot send a BREAK: " + os_words(errno));
        }
        breaking_ = true;
        auto held = co_await sleep_for(runtime_, how_long);
        breaking_ = false;
        ::ioctl(descriptor_, TIOCCBRK);
        co_return held;
    }

    result<send_result> try_send(char character) override {
        return breaking_ ? result<send_result>(send_result::would_block) : raw_line::try_send(character);
    }

    result<std::size_t> try_send_run(std::string_view characters) override {
        return breaking_ ? result<std::size_t>(0) : raw_line::try_send_run(characters);
    }

    task<result<void>> change(const serial_settings& wanted, time_point /*deadline*/) override {
        co_return set_port(descriptor_, wanted);
    }

private:
    runtime& runtime_;
    int descriptor_;
    bool breaking_ = false;
};

failure cannot_open(const std::string& path, int error_number) {
    if (error_number == EBUSY) {
        return {errc::busy, path + " is in use by another program"};
    }
    return {errc::unreachable, "cannot open " + path + ": " + os_words(error_number)};
}

}  // namespace

result<std::unique_ptr<line>> open_tty(runtime& rt, const line_address& address) {
    port device(::open(address.path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
    if (device.get() < 0) {
        return cannot_open(address.path, errno);
    }
    if (::isatty(device.get()) == 0) {
        return failure(errc::unreachable, address.path + " is no serial port");
    }
    // The lock is what other programs look at; TIOCEXCL keeps out those that do not look (but not root).
    if (::flock(device.get(), LOCK_EX | LOCK_NB) != 0) {
        return cannot_open(address.path, EBUSY);
    }
    ::ioctl(device.get(), TIOCEXCL);
    serial_settings settings = address.settings;
    if (!address.settings_given) {
        termios now{};
        ::tcgetattr(device.get(), &now);
        settings = settings_of(now);
    }
    const auto set = set_port(device.get(), settings);
    if (!set) {
        return set.error();
    }
    auto watch = rt.watch(device.get());
    if (!watch) {
        return watch.error();
    }
    const int descriptor = device.get();
    auto stream = std::make_unique<tty_stream>(std::move(device), std::move(*watch));
    return std::unique_ptr<line>(std::make_unique<tty_line>(rt, std::move(stream), descriptor));
}

}  // namespace rollover::transport
