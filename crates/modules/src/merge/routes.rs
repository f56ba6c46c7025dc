//! Routes: address and method are the key.

use std::collections::HashMap;

use super::Part;
use crate::{Report, Route};

const FILE: &str = "etc/webapi.xml";

/// Merges the routes of all modules: the later service and the later attributes win, resources
/// accumulate, of parameters with one name the later counts.
pub fn routes(parts: &[Part<'_>], reports: &mut Vec<Report>) -> Vec<Route> {
    let mut merged: Vec<Route> = Vec::new();
    let mut numbers: HashMap<(String, String), usize> = HashMap::new();
    for part in parts {
        for declared in &part.contents.routes {
            let key = (declared.url.clone(), declared.method.clone());
            let number = *numbers.entry(key).or_insert_with(|| {
                merged.push(Route {
                    source: part.source(FILE, declared.line),
                    method: declared.method.clone(),
                    url: declared.url.clone(),
                    service_class: String::new(),
                    service_method: String::new(),
                    resources: Vec::new(),
                    parameters: Vec::new(),
                    secure: false,
                    soap_operation: None,
                    input_array_size_limit: None,
                });
                merged.len() - 1
            });
            let route = &mut merged[number];
            if let Some((class, method)) = &declared.service {
                route.service_class.clone_from(class);
                route.service_method.clone_from(method);
                route.source = part.source(FILE, declared.line);
            }
            for resource in &declared.resources {
                if !route.resources.contains(resource) {
                    route.resources.push(resource.clone());
                }
            }
            for parameter in &declared.parameters {
                match route
                    .parameters
                    .iter_mut()
                    .find(|known| known.name == parameter.name)
                {
                    Some(known) => known.clone_from(parameter),
                    None => route.parameters.push(parameter.clone()),
                }
            }
            route.secure = declared.secure.unwrap_or(route.secure);
            if declared.soap_operation.is_some() {
                route.soap_operation.clone_from(&declared.soap_operation);
            }
            route.input_array_size_limit = declared
                .input_array_size_limit
                .or(route.input_array_size_limit);
        }
    }
    // Without a service or a resource nobody could ever call it.
    merged.retain(|route| {
        let missing = if route.service_class.is_empty() {
            "service"
        } else if route.resources.is_empty() {
            "resource"
        } else {
            return true;
        };
        let message = format!(
            "The route {} {} has no {missing} and is left out.",
            route.method, route.url
        );
        let report = Report::warning(&route.source.file, message).at(route.source.line, 0);
        let hint = format!("Add a {missing} to it.");
        reports.push(report.hint(hint).of(&route.source.module));
        false
    });
    merged
}
