// A console behind an SSH server.
#include "drivers/transport/inbox.h"
#include "drivers/transport/ssh_channel.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace rollover::transport {

namespace {

// Wide, so that a shell does not wrap the echo of long commands.
constexpr int columns = 250;
constexpr int rows = 24;

// A program throws away what was typed before it has set its terminal up, which it does around its first words.
constexpr duration first_word_patience = std::chrono::seconds(1);
constexpr duration first_words_end = std::chrono::milliseconds(100);

class ssh_line final : public line {
public:
    ssh_line(runtime& rt, std::unique_ptr<ssh_connection> connection, ssh_channel channel)
        : runtime_(rt), connection_(std::move(connection)) {
        channel_.emplace(*connection_, channel);
    }
    ~ssh_line() override { close(); }
    ssh_line(const ssh_line&) = delete;
    ssh_line& operator=(const ssh_line&) = delete;

    [[nodiscard]] ssh_connection& connection() noexcept { return *connection_; }

    /// Waits until the program at the other end has said something and falls silent; that stays for `receive`, as does
    /// its end.
    task<result<void>> settle(time_point deadline) {
        std::array<char, 512> buffer{};
        const time_point limit = std::min(deadline, runtime_.now() + first_word_patience);
        time_point until = limit;
        for (;;) {
            const auto got = co_await receive_new(buffer, until);
            if (!got) {
                const bool cancelled = got.error().code == errc::cancelled;
                co_return cancelled ? result<void>(got.error()) : result<void>();
            }
            early_.put(std::string_view(buffer.data(), std::get<data_received>(*got).bytes));
            until = std::min(limit, runtime_.now() + first_words_end);
        }
    }

    task<result<line_event>> receive(std::span<char> into, time_point deadline) override {
        if (!early_.empty()) {
            co_return early_.take(into);
        }
        co_return co_await receive_new(into, deadline);
    }

    task<result<line_event>> receive_new(std::span<char> into, time_point deadline) {
        for (;;) {
            const bool flushed = connection_->flush();
            const int got = read(into);
            if (got > 0) {
                co_return line_event(data_received{static_cast<std::size_t>(got)});
            }
            if (const auto ended = end()) {
                co_return *ended;
            }
            if (writer_waits_ && ssh_channel_window_size(channel_->get()) != 0) {
                connection_->nudge(descriptor_events::role::writer);  // what we read has opened its window
            }
            const auto waited = co_await connection_->wait(descriptor_events::role::reader, !flushed, deadline);
            if (!waited) {
                co_return waited.error();
            }
        }
    }

    result<send_result> try_send(char character) override {
        const auto taken = try_send_run({&character, 1});
        if (!taken) {
            return taken.error();
        }
        return *taken == 1 ? send_result::sent : send_result::would_block;
    }

    result<std::size_t> try_send_run(std::string_view characters) override {
        if (const auto ended = end()) {
            return *ended;
        }
        const bool can_send = !breaking_ && connection_->flush() && window_is_open();
        const auto size = static_cast<std::uint32_t>(characters.size());
        const int taken = can_send ? ssh_channel_write(channel_->get(), characters.data(), size) : 0;
        if (taken == SSH_ERROR) {
            return connection_->words(errc::peer_closed, "the SSH connection has ended");
        }
        refused_ = can_send && taken == 0;  // new keys are being agreed: the socket will tell
        return static_cast<std::size_t>(taken);
    }

    task<result<void>> writable(time_point deadline) override {
        for (;;) {
            if (const auto ended = end()) {
                co_return *ended;
            }
            const bool flushed = connection_->flush();
            if (flushed && window_is_open() && !refused_) {
                co_return result<void>();
            }
            refused_ = false;
            writer_waits_ = true;
            auto waited = co_await connection_->wait(descriptor_events::role::writer, !flushed, deadline);
            writer_waits_ = false;
            if (!waited) {
                co_return waited;
            }
        }
    }

    std::optional<std::size_t> unacknowledged() const override { return connection_->stream().unacknowledged(); }

    bool is_suspended() const noexcept override { return false; }

    task<result<void>> send_break(duration how_long) override {
        if (const auto ended = end()) {
            co_return *ended;
        }
        const auto length = std::chrono::duration_cast<std::chrono::milliseconds>(how_long).count();
        // RFC 4335 section 3: the length in milliseconds; the server keeps it between 0.5 and 3 seconds.
        if (ssh_channel_request_send_break(channel_->get(), static_cast<std::uint32_t>(length)) != SSH_OK) {
            co_return connection_->words(errc::unsupported, "the SSH server sends no BREAK");
        }
        breaking_ = true;
        auto held = co_await sleep_for(runtime_, how_long);
        breaking_ = false;
        co_return held;
    }

    task<result<void>> change(const serial_settings& /*wanted*/, time_point /*deadline*/) override {
        failure no(errc::unsupported, "SSH cannot change the converter's serial settings");
        co_return std::move(no).advise("configure the port on the converter");
    }

    void close() noexcept override {
        if (channel_) {
            ssh_channel_send_eof(channel_->get());
            ssh_channel_close(channel_->get());
            channel_.reset();
            connection_->close();
        }
    }

private:
    [[nodiscard]] bool window_is_open() const { return ssh_channel_window_size(channel_->get()) != 0; }

    int read(std::span<char> into) {
        if (!channel_) {
            return 0;
        }
        const auto size = static_cast<std::uint32_t>(std::min<std::size_t>(into.size(), 65536));
        return ssh_channel_read_nonblocking(channel_->get(), into.data(), size, 0);  // a terminal has one output
    }

    [[nodiscard]] std::optional<failure> end() const {
        if (!channel_) {
            return failure(errc::cancelled, "the line was closed here");
        }
        if (ssh_is_connected(connection_->session()) == 0) {
            return connection_->words(errc::peer_closed, "the SSH connection has ended");
        }
        const ssh_channel channel = channel_->get();
        if (ssh_channel_poll(channel, 0) <= 0 &&
            (ssh_channel_is_closed(channel) != 0 || ssh_channel_is_eof(channel) != 0)) {
            return failure(errc::peer_closed, "the SSH server ended the console");
        }
        return std::nullopt;
    }

    runtime& runtime_;
    std::unique_ptr<ssh_connection> connection_;
    std::optional<watched_channel> channel_;
    inbox early_;
    bool breaking_ = false;
    bool writer_waits_ = false;
    bool refused_ = false;
};

task<result<void>> start_shell(ssh_connection& connection, ssh_channel channel, time_point deadline) {
    std::function<int()> terminal = [channel] { return ssh_channel_request_pty_size(channel, "dumb", columns, rows); };
    const auto given = co_await connection.repeat(std::move(terminal), deadline);
    if (!given) {
        co_return given.error();
    }
    if (*given != SSH_OK) {
        co_return connection.words(errc::refused, "the server gives no terminal");
    }
    std::function<int()> shell = [channel] { return ssh_channel_request_shell(channel); };
    const auto begun = co_await connection.repeat(std::move(shell), deadline);
    if (!begun) {
        co_return begun.error();
    }
    if (*begun != SSH_OK) {
        co_return connection.words(errc::refused, "the server starts no shell");
    }
    co_return result<void>();
}

}  // namespace

task<result<std::unique_ptr<line>>> open_ssh_line(runtime& rt, line_address address, time_point deadline) {
    ssh_address to{address.to,          address.user,  address.password,      address.key,
                   address.known_hosts, address.agent, address.old_algorithms};
    auto connected = co_await connect_ssh(rt, std::move(to), deadline);
    if (!connected) {
        co_return connected.error();
    }
    auto connection = std::move(*connected);
    const auto channel = co_await connection->open_channel(deadline);
    if (!channel) {
        co_return channel.error();
    }
    auto opened = std::make_unique<ssh_line>(rt, std::move(connection), *channel);
    auto& of = opened->connection();
    const auto begun = co_await start_shell(of, *channel, deadline);
    if (!begun) {
        co_return begun.error();
    }
    const auto settled = co_await opened->settle(deadline);
    if (!settled) {
        co_return settled.error();
    }
    std::unique_ptr<line> made = std::move(opened);
    co_return std::move(made);
}

}  // namespace rollover::transport
