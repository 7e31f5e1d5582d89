/* SPDX-License-Identifier: Apache-2.0 */
#include "likeness/mailbox.h"

#include <string.h>

/* As mailbox_user has them. */
static const char *const roles[] = { "accounting", "accounts", "admin",
	"administration", "atendimento", "billing", "booking", "bookings",
	"buero", "buchhaltung", "compras", "comercial", "contact", "contacto",
	"contactus", "contato", "customerservice", "enquiries", "enquiry",
	"facturacion", "feedback", "finance", "financeiro", "frontdesk",
	"hello", "help", "helpdesk", "hr", "info", "infos", "inquiries",
	"inquiry", "invoices", "jobs", "kontakt", "kundenservice", "mail",
	"marketing", "office", "oficina", "orders", "pedidos", "postmaster",
	"press", "purchasing", "reception", "recepcao", "recepcion", "rechnung",
	"reservas", "reservations", "sac", "sales", "secretaria", "secretary",
	"service", "services", "shop", "staff", "store", "suporte", "support",
	"team", "vendas", "ventas", "vertrieb", "webmaster", NULL };

void
mailbox_user(const char *email, char user[MAILBOX_USER])
{
	size_t n = 0;

	for (const char *c = email;
		*c && *c != '@' && *c != '+' && n + 1 < MAILBOX_USER; c++)
		if (*c != '.')
			user[n++] = *c;
	user[n] = '\0';
}

bool
mailbox_is_role(const char *email)
{
	char user[MAILBOX_USER];

	mailbox_user(email, user);
	for (const char *const *role = roles; *role; role++)
		if (!strcmp(user, *role))
			return true;
	return false;
}
