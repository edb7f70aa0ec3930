#include "simulators/lab/shell_words.h"
#include "simulators/lab/ssh_session.h"
#include "simulators/lab/tcp_line_server.h"

#include <algorithm>

namespace rollover::sim {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t limit = std::size_t{64} << 10U;        // what waits for a client that reads nothing
constexpr std::size_t input_limit = std::size_t{16} << 20U;  // standard input of a command
constexpr duration usual_break = 500ms;

ssh_server_channel* as_channel(void* self) {
    return static_cast<ssh_server_channel*>(self);
}

/// Whether a command of the line has "-" for an argument: it waits for the end of its standard input.
bool reads_input(std::string_view line) {
    const auto commands = parse_shell(line);
    return commands && std::any_of(commands->begin(), commands->end(), [](const shell_command& c) {
               const bool shell = c.argv.front() == "sh" && c.argv.size() == 3;
               return std::find(c.argv.begin(), c.argv.end(), "-") != c.argv.end() || (shell && reads_input(c.argv[2]));
           });
}

}  // namespace

ssh_server_channel::ssh_server_channel(ssh_channel channel, const ssh_account& account, std::function<void()> wrote,
                                       std::function<void()> end_session)
    : channel_(channel), account_(account), wrote_(std::move(wrote)), end_session_(std::move(end_session)) {
    callbacks_.userdata = this;
    callbacks_.channel_data_function = on_data;
    callbacks_.channel_eof_function = on_eof;
    callbacks_.channel_close_function = on_close;
    callbacks_.channel_pty_request_function = on_pty;
    callbacks_.channel_pty_window_change_function = on_window_change;
    callbacks_.channel_shell_request_function = on_shell;
    callbacks_.channel_exec_request_function = on_exec;
    ssh_callbacks_init(&callbacks_);
    ssh_set_channel_callbacks(channel_, &callbacks_);
}

ssh_server_channel::~ssh_server_channel() {
    if (attached_) {
        account_.line->detach(*this);
    }
    ssh_remove_channel_callbacks(channel_, &callbacks_);
}

int ssh_server_channel::on_data(ssh_session, ssh_channel, void* data, uint32_t size, int, void* self) {
    as_channel(self)->received(std::string_view(static_cast<const char*>(data), size));
    return static_cast<int>(size);
}

void ssh_server_channel::on_eof(ssh_session, ssh_channel, void* self) {
    as_channel(self)->end_of_input();
}

void ssh_server_channel::on_close(ssh_session, ssh_channel, void* self) {
    auto* channel = as_channel(self);
    if (channel->attached_) {
        channel->attached_ = false;
        channel->account_.line->detach(*channel);
    }
}

int ssh_server_channel::on_pty(ssh_session, ssh_channel, const char*, int, int, int, int, void*) {
    return 0;
}

int ssh_server_channel::on_window_change(ssh_session, ssh_channel, int, int, int, int, void*) {
    return 0;
}

int ssh_server_channel::on_shell(ssh_session, ssh_channel, void* self) {
    return as_channel(self)->shell() ? 0 : 1;
}

int ssh_server_channel::on_exec(ssh_session, ssh_channel, const char* line, void* self) {
    return as_channel(self)->exec(line) ? 0 : 1;
}

bool ssh_server_channel::shell() {
    if (started_ || account_.line == nullptr) {
        return false;
    }
    started_ = true;
    if (!account_.line->welcome()) {
        end_session_();
        return false;
    }
    attached_ = account_.line->attach(*this);
    if (!attached_) {
        waiting_ = busy_words;
        finish(1);
    }
    return true;
}

bool ssh_server_channel::exec(std::string_view line) {
    if (started_ || account_.host == nullptr) {
        return false;
    }
    started_ = true;
    command_ = line;
    if (!reads_input(line)) {
        execute();
    }
    return true;
}

void ssh_server_channel::received(std::string_view bytes) {
    if (attached_) {
        account_.line->type(bytes);
        return;
    }
    input_ += bytes.substr(0, input_limit - std::min(input_limit, input_.size()));
}

void ssh_server_channel::end_of_input() {
    if (attached_) {
        finish(0);
    } else if (!command_.empty()) {
        execute();
    }
}

void ssh_server_channel::execute() {
    const process_result r = account_.host->run_line(command_, input_);
    command_.clear();
    input_.clear();
    waiting_ += r.output;
    if (!r.errors.empty()) {
        ssh_channel_write_stderr(channel_, r.errors.data(), static_cast<uint32_t>(r.errors.size()));
    }
    finish(r.exit_code);
}

void ssh_server_channel::finish(int exit_status) {
    if (!exit_status_) {
        exit_status_ = exit_status;
        wrote_();  // not from within the callback: the answer to the request has to go first
    }
}

void ssh_server_channel::print(std::string_view characters) {
    if (exit_status_) {
        return;
    }
    waiting_ += characters.substr(0, limit - std::min(limit, waiting_.size()));
    flush();
    wrote_();
}

void ssh_server_channel::flush() {
    while (!waiting_.empty()) {
        const auto size = static_cast<uint32_t>(std::min<std::size_t>(waiting_.size(), 32768));
        const int taken = ssh_channel_write(channel_, waiting_.data(), size);
        if (taken <= 0) {
            break;
        }
        waiting_.erase(0, static_cast<std::size_t>(taken));
    }
    if (waiting_.empty() && exit_status_ && ssh_channel_is_open(channel_) != 0 && *exit_status_ >= 0) {
        ssh_channel_request_send_exit_status(channel_, *exit_status_);
        ssh_channel_send_eof(channel_);
        ssh_channel_close(channel_);
        exit_status_ = -1;
        if (attached_) {
            attached_ = false;
            account_.line->detach(*this);
        }
    }
}

void ssh_server_channel::hang_up() {
    end_session_();
}

void ssh_server_channel::send_break() {
    if (attached_) {
        account_.line->send_break(usual_break);
    }
}

}  // namespace rollover::sim
