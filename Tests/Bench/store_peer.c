/* The journal's statements for telemetry, in C: store_peer DATABASE POINTS prints points a second.
   The database is one that the journal has made. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static sqlite3 *database;

static sqlite3_stmt *prepared(const char *sql) {
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK) {
        fprintf(stderr, "%s\n", sqlite3_errmsg(database));
        exit(1);
    }
    return statement;
}

static void run(sqlite3_stmt *statement) {
    if (sqlite3_step(statement) != SQLITE_DONE) {
        fprintf(stderr, "%s\n", sqlite3_errmsg(database));
        exit(1);
    }
    sqlite3_reset(statement);
}

static void bind_point(sqlite3_stmt *point, long long id) {
    static const int integers[] = {6, 10, 11, 12, 13, 18, 19, 20, 21, 23};
    static const int values[] = {6, 7, 2, 9, 0, 0, 203, 0, 0, 0};
    static const int numbers[] = {8, 9, 14, 15, 16, 17, 22};
    static const double degrees[] = {170, 9.5, 0, 0, 0, 0, 230};
    sqlite3_bind_int64(point, 1, id);
    sqlite3_bind_int64(point, 2, 1);
    sqlite3_bind_int64(point, 3, id);
    sqlite3_bind_int64(point, 4, 1795000000000LL + id * 100);
    sqlite3_bind_int64(point, 5, id * 100000000LL);
    sqlite3_bind_double(point, 7, (double)(150 + id % 64));
    for (size_t i = 0; i < sizeof integers / sizeof *integers; i++)
        sqlite3_bind_int64(point, integers[i], values[i]);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        sqlite3_bind_double(point, numbers[i], degrees[i]);
}

int main(int count, char **words) {
    if (count != 3 || sqlite3_open(words[1], &database) != SQLITE_OK)
        return 64;
    long long points = atoll(words[2]);
    sqlite3_exec(database, "PRAGMA synchronous=NORMAL; PRAGMA journal_size_limit=16777216", NULL, NULL, NULL);
    sqlite3_stmt *point = prepared(
        "INSERT INTO telemetry VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, "
        "?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)");
    sqlite3_stmt *frame = prepared("INSERT INTO frames VALUES (?1, ?2)");
    sqlite3_stmt *begin = prepared("BEGIN IMMEDIATE"), *commit = prepared("COMMIT");
    char bytes[128];
    memset(bytes, 3, sizeof bytes);
    double start = seconds();
    for (long long id = 1; id <= points;) {
        run(begin);
        for (int i = 0; i < 2000 && id <= points; i++, id++) {
            bind_point(point, id);
            run(point);
            sqlite3_bind_int64(frame, 1, id);
            sqlite3_bind_blob(frame, 2, bytes, sizeof bytes, SQLITE_TRANSIENT);
            run(frame);
        }
        run(commit);
    }
    printf("%f\n", (double)points / (seconds() - start));
    for (sqlite3_stmt *one; (one = sqlite3_next_stmt(database, NULL)) != NULL;)
        sqlite3_finalize(one);
    return sqlite3_close(database) == SQLITE_OK ? 0 : 1;
}
