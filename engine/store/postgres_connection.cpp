#include "engine/store/postgres_connection.h"

#include <algorithm>
#include <array>
#include <poll.h>

namespace rollover::store {

namespace {

/// How long the socket may stay silent before an answer is given up.
constexpr std::chrono::milliseconds patience = std::chrono::seconds(20);

// A process that is stopped in the middle of a transaction must not keep the others from theirs.
constexpr auto manners =
    "SET client_min_messages = warning; SET synchronous_commit = on; SET lock_timeout = '10s';"
    " SET idle_in_transaction_session_timeout = '10s'";

/// On one line: libpq breaks its own.
std::string words_of(const char* text) {
    std::string words;
    for (const char* at = text; at != nullptr && *at != '\0'; ++at) {
        const bool blank = *at == '\n' || *at == '\t' || *at == ' ';
        if (!blank) {
            words += *at;
        } else if (!words.empty() && words.back() != ' ') {
            words += ' ';
        }
    }
    if (words.ends_with(' ')) {
        words.pop_back();
    }
    return words;
}

}  // namespace

failure postgres_connection::error(std::string_view words) const {
    std::string where = "the state database";
    if (handle_ != nullptr && PQdb(handle_) != nullptr) {
        where += std::string(" ") + PQdb(handle_);
        if (PQhost(handle_) != nullptr) {
            where += std::string(" at ") + PQhost(handle_);
        }
    }
    return failure(errc::store, std::string(words)).at(where);
}

/// Something to read between two questions is mostly the end: then it is better to know it before the next one.
void postgres_connection::look_whether_it_was_closed() {
    constexpr int most = 4;  // the server's last words come before the end
    for (int n = 0; handle_ != nullptr && n < most; ++n) {
        pollfd there{PQsocket(handle_), POLLIN, 0};
        if (poll(&there, 1, 0) <= 0) {
            return;
        }
        if (PQconsumeInput(handle_) == 0) {
            close();
        }
    }
}

result<void> postgres_connection::be_connected() {
    look_whether_it_was_closed();
    if (!is_lost()) {
        return {};
    }
    close();
    // What the URL says stands after our defaults, and wins.
    constexpr std::array keys{"connect_timeout",  "keepalives_idle",  "keepalives_interval",
                              "keepalives_count", "tcp_user_timeout", "application_name",
                              "client_encoding",  "dbname",           static_cast<const char*>(nullptr)};
    const std::array values{
        "5", "5", "2", "3", "15000", "rollover", "UTF8", url_.c_str(), static_cast<const char*>(nullptr)};
    handle_ = PQconnectdbParams(keys.data(), values.data(), 1);
    if (is_lost()) {
        const auto why = error(words_of(handle_ == nullptr ? "out of memory" : PQerrorMessage(handle_)));
        close();
        return failure(why).advise("is it running, and may this user connect? try: psql with the same URL");
    }
    PQsetnonblocking(handle_, 1);
    PQsetNoticeProcessor(handle_, [](void* /*nobody*/, const char* /*words*/) {}, nullptr);
    const auto set = ask(manners);
    if (!set) {
        return set.error();
    }
    return {};
}

void postgres_connection::close() {
    PQfinish(handle_);
    handle_ = nullptr;
    prepared_.clear();
    untold_.clear();
}

result<owned_result> postgres_connection::ask(const std::string& sql) {
    if (has_untold()) {  // a pipeline knows the extended protocol only
        return ask([&sql](PGconn* on) {
            return PQsendQueryParams(on, sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0);
        });
    }
    return ask([&sql](PGconn* on) { return PQsendQuery(on, sql.c_str()); });
}

result<owned_result> postgres_connection::ask(const sender& send) {
    if (handle_ == nullptr) {
        return error("the connection is lost");
    }
    auto answer = has_untold() ? ask_behind_untold(send) : ask_alone(send);
    if (!answer) {
        return answer.error();
    }
    return judged(std::move(*answer));
}

result<owned_result> postgres_connection::ask_alone(const sender& send) {
    if (send(handle_) != 1) {
        return error(words_of(PQerrorMessage(handle_)));
    }
    owned_result last;
    for (;;) {
        const auto waited = wait_for_answer();
        if (!waited) {
            close();
            return waited.error();
        }
        owned_result next(PQgetResult(handle_));
        if (!next) {
            return last;
        }
        // Of several statements the first that fails ends them.
        if (!last || PQresultStatus(last.get()) != PGRES_FATAL_ERROR) {
            last = std::move(next);
        }
    }
}

result<owned_result> postgres_connection::ask_behind_untold(const sender& send) {
    auto all = std::exchange(untold_, {});
    all.push_back(send);
    bool sent = PQenterPipelineMode(handle_) == 1;
    for (auto one = all.begin(); sent && one != all.end(); ++one) {
        sent = (*one)(handle_) == 1;
    }
    sent = sent && PQpipelineSync(handle_) == 1;
    auto answer = sent ? read_pipeline() : error(words_of(PQerrorMessage(handle_)));
    if (!answer || PQexitPipelineMode(handle_) != 1) {
        auto why = answer ? error(words_of(PQerrorMessage(handle_))) : answer.error();
        close();
        return why;
    }
    return answer;
}

result<owned_result> postgres_connection::read_pipeline() {
    owned_result last;
    for (;;) {
        const auto waited = wait_for_answer();
        if (!waited) {
            return waited.error();
        }
        owned_result next(PQgetResult(handle_));
        if (is_lost()) {
            return error(words_of(PQerrorMessage(handle_)));
        }
        if (!next) {
            continue;  // the end of one statement's answer
        }
        if (PQresultStatus(next.get()) == PGRES_PIPELINE_SYNC) {
            return last;
        }
        if (!last || PQresultStatus(last.get()) != PGRES_FATAL_ERROR) {
            last = std::move(next);
        }
    }
}

result<owned_result> postgres_connection::judged(owned_result last) const {
    if (!last) {
        return error("no answer");
    }
    const auto status = PQresultStatus(last.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        return error_of(last.get());
    }
    return last;
}

result<void> postgres_connection::wait_for_answer() {
    for (;;) {
        const int unsent = PQflush(handle_);
        if (unsent < 0 || PQconsumeInput(handle_) == 0) {
            return error(words_of(PQerrorMessage(handle_)));
        }
        if (PQisBusy(handle_) == 0) {
            return {};
        }
        pollfd ready{PQsocket(handle_), static_cast<short>(unsent == 1 ? POLLIN | POLLOUT : POLLIN), 0};
        const int found = poll(&ready, 1, static_cast<int>(patience.count()));
        if (found == 0) {
            return error("no answer within 20 s");
        }
        if (found < 0 && errno != EINTR) {
            return error("waiting for an answer: poll failed");
        }
    }
}

failure postgres_connection::error_of(const PGresult* answer) const {
    const char* primary = PQresultErrorField(answer, PG_DIAG_MESSAGE_PRIMARY);
    auto out = error(words_of(primary != nullptr ? primary : PQresultErrorMessage(answer)));
    const std::string state = words_of(PQresultErrorField(answer, PG_DIAG_SQLSTATE));
    if (state == "23P01") {  // exclusion_violation: the schema's rule against double bookings
        out.code = errc::busy;
    }
    return out;
}

}  // namespace rollover::store
