// Programs on another host, over SSH.
#include "drivers/transport/ssh_channel.h"

#include <algorithm>
#include <array>

namespace rollover::transport {

namespace {

constexpr std::size_t output_limit = std::size_t{1} << 20U;
constexpr std::size_t most_at_once = 16384;

/// One run of one command: the channel, what goes in, what came out.
class execution {
public:
    using sink = std::function<void(std::string_view)>;

    execution(ssh_connection& connection, ssh_channel channel, std::string input, sink on_output)
        : channel_(connection, channel), input_(std::move(input)), on_output_(std::move(on_output)) {}

    /// Moves what can be moved now. Result: whether anything was.
    bool move() {
        const bool wrote = write();
        const bool read = take(0, result_.output);
        return take(1, result_.errors) || read || wrote;
    }
    [[nodiscard]] bool ended() const {
        if (ssh_channel_is_closed(channel_.get()) != 0) {
            return true;
        }
        if (ssh_channel_is_eof(channel_.get()) == 0) {
            return false;
        }
        // After the end of the output libssh reads the socket for nobody but this question.
        const int status = ssh_channel_get_exit_status(channel_.get());
        return status >= 0 || channel_.signal() != 0 || ssh_channel_is_closed(channel_.get()) != 0;
    }

    [[nodiscard]] bool can_write() const {
        const bool wants = !sent_eof_ && !refused_ && ssh_channel_is_eof(channel_.get()) == 0;
        return wants && (given_ == input_.size() || ssh_channel_window_size(channel_.get()) > 0);
    }

    [[nodiscard]] process_result finish() {
        const int status = ssh_channel_get_exit_status(channel_.get());
        constexpr int unknown = 255, signalled = 128;
        result_.exit_code = channel_.signal() != 0 ? signalled + channel_.signal() : (status >= 0 ? status : unknown);
        return std::move(result_);
    }

private:
    bool write() {
        if (sent_eof_ || ssh_channel_is_eof(channel_.get()) != 0) {
            return false;
        }
        if (given_ == input_.size()) {
            sent_eof_ = true;
            ssh_channel_send_eof(channel_.get());
            return true;
        }
        const std::size_t window = ssh_channel_window_size(channel_.get());
        const std::size_t count = std::min({window, input_.size() - given_, most_at_once});
        const int taken =
            count == 0 ? 0
                       : ssh_channel_write(channel_.get(), input_.data() + given_, static_cast<std::uint32_t>(count));
        refused_ = count != 0 && taken == 0;          // new keys are being agreed: the socket will tell
        sent_eof_ = sent_eof_ || taken == SSH_ERROR;  // the program does not read any more
        if (taken <= 0) {
            return false;
        }
        given_ += static_cast<std::size_t>(taken);
        return true;
    }

    bool take(int is_stderr, std::string& to) {
        std::array<char, 4096> buffer{};
        const int got = ssh_channel_read_nonblocking(channel_.get(), buffer.data(), buffer.size(), is_stderr);
        if (got <= 0) {
            return false;
        }
        const auto count = static_cast<std::size_t>(got);
        if (is_stderr == 0 && on_output_) {
            on_output_({buffer.data(), count});
            return true;
        }
        to.append(buffer.data(), std::min(count, output_limit - to.size()));
        return true;
    }

    watched_channel channel_;
    std::string input_;
    sink on_output_;
    std::size_t given_ = 0;
    bool sent_eof_ = false;
    bool refused_ = false;
    process_result result_;
};

class libssh_client final : public ssh_client {
public:
    explicit libssh_client(std::unique_ptr<ssh_connection> connection) : connection_(std::move(connection)) {}

    task<result<process_result>> execute(std::string command, std::string input, time_point deadline) override {
        execution::sink nobody;
        auto ended = co_await alone(std::move(command), std::move(input), std::move(nobody), deadline);
        co_return ended;
    }

    task<result<process_result>> stream(std::string command, execution::sink on_output, time_point deadline) override {
        std::string nothing;
        auto ended = co_await alone(std::move(command), std::move(nothing), std::move(on_output), deadline);
        co_return ended;
    }

    void close() noexcept override {
        closing_ = true;
        if (running_) {
            connection_->stop();  // the run notices, frees its channel and closes
        } else {
            connection_->close();
        }
    }

private:
    task<result<process_result>> alone(std::string command, std::string input, execution::sink on_output,
                                       time_point deadline) {
        running_ = true;
        auto ended = co_await run(std::move(command), std::move(input), std::move(on_output), deadline);
        running_ = false;
        if (closing_) {
            connection_->close();
        }
        co_return ended;
    }

    task<result<process_result>> run(std::string command, std::string input, execution::sink on_output,
                                     time_point deadline) {
        const auto opened = co_await connection_->open_channel(deadline);
        if (!opened) {
            co_return lost().value_or(opened.error());
        }
        const ssh_channel raw = *opened;
        execution program(*connection_, raw, std::move(input), std::move(on_output));
        std::function<int()> request = [raw, command] { return ssh_channel_request_exec(raw, command.c_str()); };
        const auto begun = co_await connection_->repeat(std::move(request), deadline);
        if (!begun) {
            co_return begun.error();
        }
        if (*begun != SSH_OK) {
            failure no = connection_->words(errc::protocol, "the server does not run the command");
            co_return std::move(no).after_command(command);
        }
        for (;;) {
            const bool flushed = connection_->flush();
            if (program.move()) {
                continue;
            }
            if (const auto gone = lost()) {  // first: libssh closes the channels of a lost connection
                co_return *gone;
            }
            if (program.ended()) {
                co_return program.finish();
            }
            if (program.can_write()) {  // the window was opened by what was read just now
                continue;
            }
            const auto waited = co_await connection_->wait(descriptor_events::role::reader, !flushed, deadline);
            if (!waited) {
                co_return waited.error();
            }
        }
    }

    [[nodiscard]] std::optional<failure> lost() const {
        if (ssh_is_connected(connection_->session()) != 0) {
            return std::nullopt;
        }
        return connection_->words(errc::peer_closed, "the SSH connection has ended");
    }

    std::unique_ptr<ssh_connection> connection_;
    bool running_ = false;
    bool closing_ = false;
};

}  // namespace

task<result<std::unique_ptr<ssh_client>>> ssh_connect(runtime& rt, ssh_address to, time_point deadline) {
    auto connected = co_await connect_ssh(rt, std::move(to), deadline);
    if (!connected) {
        co_return connected.error();
    }
    std::unique_ptr<ssh_client> client = std::make_unique<libssh_client>(std::move(*connected));
    co_return std::move(client);
}

}  // namespace rollover::transport
