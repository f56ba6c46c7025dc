//! Calls that were put off, and processes that are killed while they do them.

use std::time::{Duration, Instant};

use ferrite_storage::Db;
use ferrite_testkit::Store;
use ferrite_webapi::bulk::{OPERATIONS, OperationStatus};
use serde_json::{Value, json};

use crate::support::Project;

/// How many customers are made in one bulk.
const CUSTOMERS: usize = 120;

/// How often the server is killed.
const KILLS: usize = 3;

/// How many operations stand so.
fn count(db: &Db, status: OperationStatus) -> usize {
    let all = db.read(|tx| OPERATIONS.all(tx)).unwrap();
    all.iter().filter(|one| one.status == status).count()
}

fn bulk() -> Value {
    let customer = |number: usize| {
        let email = format!("c{number}@example.com");
        json!({"customer": {"email": email, "firstname": "A", "lastname": "B"}})
    };
    (0..CUSTOMERS).map(customer).collect()
}

#[test]
fn a_killed_server_loses_nothing_and_does_nothing_twice() {
    let project = Project::installed();
    let db = project.store();
    let mut done = 0;
    for kill in 0..KILLS {
        let server = project.serve();
        if kill == 0 {
            let admin = server.sign_in(Store::ADMIN, Store::PASSWORD).unwrap();
            let body = bulk().to_string();
            let answer = server.ask("POST", "/rest/async/bulk/V1/customers", &admin, &body);
            assert_eq!(answer.status, 202);
        }
        let until = Instant::now() + Duration::from_secs(60);
        while count(&db, OperationStatus::Complete) == done && done < CUSTOMERS {
            assert!(Instant::now() < until, "nobody works");
            std::thread::sleep(Duration::from_millis(5));
        }
        drop(server); // with SIGKILL
        done = count(&db, OperationStatus::Complete);
        // An effect without its end would be one customer more.
        let made = db.read(|tx| ferrite_customers::CUSTOMERS.count(tx));
        assert_eq!(made, Ok(i64::try_from(done).unwrap()));
    }
    let consumer = ["queue:consumers:start", "async.operations.all"];
    let few = [&consumer[..], &["--max-messages=3"]].concat();
    project.ok(&few);
    let after = count(&db, OperationStatus::Complete);
    assert_eq!(after, (done + 3).min(CUSTOMERS));
    let all = [&consumer[..], &["--max-messages=100000"]].concat();
    project.ok(&all);
    // One that was done twice would have failed: there is a customer of this address.
    assert_eq!(count(&db, OperationStatus::Complete), CUSTOMERS);
}
